// Tokens that are none.
#include <gmock/gmock.h>

#include <random>

#include "libs/tokens/base64url.h"
#include "libs/tokens/testing/verifier_fixture.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;
using testing::SignedWithHeader;
using testing::TestKey;

class GarbageTest : public testing::VerifierFixture {
 protected:
  // Accepted, or refused for a reason that this library has.
  bool Accepts(const std::string& token) {
    const StatusOr<IdentityPtr> who = verifier_->Check(token);
    if (who.ok()) return true;
    EXPECT_THAT(who, StatusIs(absl::StatusCode::kUnauthenticated));
    return false;
  }
};

TEST_F(GarbageTest, CutAnywhereItIsRefused) {
  const std::string token = Token(Claims());
  ASSERT_TRUE(Accepts(token));
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(Accepts(token.substr(0, size))) << size;
    EXPECT_FALSE(Accepts(token.substr(token.size() - size))) << size;
  }
}

TEST_F(GarbageTest, WithAnyByteChangedItIsRefused) {
  const std::string token = Token(Claims());
  std::mt19937 random(1);
  std::uniform_int_distribution<int> other(1, 255);
  for (size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = static_cast<char>(changed[i] ^ other(random));
    EXPECT_FALSE(Accepts(changed)) << i;
    // And by the next letter of the alphabet, which may differ in bits that decoding drops.
    changed[i] = token[i] == 'z' ? 'a' : static_cast<char>(token[i] + 1);
    EXPECT_FALSE(Accepts(changed)) << i;
    changed = token;
    changed.insert(i, 1, "=.A \n"[i % 5]);
    EXPECT_FALSE(Accepts(changed)) << i;
    changed = token;
    changed.erase(i, 1);
    EXPECT_FALSE(Accepts(changed)) << i;
  }
}

TEST_F(GarbageTest, ATokenHasOneSpelling) {
  const std::string token = Token(Claims());
  for (const char* more : {"=", "==", "===", " ", "\n", ".", "A", "AA", "AAAA"}) {
    EXPECT_FALSE(Accepts(token + more)) << more;
    EXPECT_FALSE(Accepts(more + token)) << more;
  }
  EXPECT_FALSE(Accepts(token + std::string(1, '\0')));
  std::string classic = token;
  for (char& c : classic) c = c == '-' ? '+' : c == '_' ? '/' : c;
  ASSERT_NE(classic, token);
  EXPECT_FALSE(Accepts(classic));
}

TEST_F(GarbageTest, PartsThatAreNotWhatTheyShouldBeAreRefused) {
  const std::string token = Token(Claims());
  const std::string header = token.substr(0, token.find('.'));
  for (const char* part : {"",
                           "{",
                           "null",
                           "[]",
                           "1",
                           "\"RS256\"",
                           "{}",
                           "{}{}",
                           "\xff\xfe",
                           R"({"alg":"RS256","kid":7})",
                           R"({"alg":["RS256"],"kid":"k"})",
                           R"({"alg":"RS256","kid":null})",
                           R"({"alg":"rs256","kid":"k"})",
                           R"({"exp":"1","iss":"i"})",
                           R"({"exp":1e400})",
                           R"({"exp":-1})",
                           R"({"exp":1e300})",
                           R"({"exp":true})",
                           R"({"exp":9,"aud":{}})",
                           R"({"exp":9,"aud":[1]})",
                           R"({"exp":9,"tid":1})",
                           R"({"exp":9,"oid":[]})",
                           R"({"exp":9,"nbf":"x"})"}) {
    const std::string text = EncodeBase64Url(part);
    for (std::string token : {text, header}) {
      token.append(".").append(text);
      token.append(".").append(EncodeBase64Url(*TestKey(0).Sign(token)));
      EXPECT_FALSE(Accepts(token)) << part;
    }
  }
  const std::string deep(12'000, '[');
  EXPECT_FALSE(Accepts(header + "." + EncodeBase64Url(deep.substr(0, 11'000)) + ".AAAA"));
}

TEST_F(GarbageTest, RandomBytesAreRefused) {
  std::mt19937 random(2);
  std::uniform_int_distribution<int> byte(0, 255);
  std::uniform_int_distribution<size_t> size(0, 300);
  for (int i = 0; i < 2000; ++i) {
    std::string token;
    for (int part = 0; part < 3; ++part) {
      std::string bytes(size(random), '\0');
      for (char& c : bytes) c = static_cast<char>(byte(random));
      EXPECT_FALSE(Accepts(bytes));
      if (part > 0) token += '.';
      token += EncodeBase64Url(bytes);
    }
    EXPECT_FALSE(Accepts(token));
  }
}

TEST_F(GarbageTest, ATokenOfMoreThan16KiBIsRefused) {
  JsonObject claims = Claims();
  ASSERT_TRUE(Accepts(Token(claims.Set("groups", std::string(11'000, 'g')))));
  EXPECT_EQ(Refusal(Token(claims.Set("groups", std::string(12'000, 'g')))),
            "The token is longer than 16384 bytes.");
  EXPECT_FALSE(Accepts(std::string(10'000'000, '.')));
}

TEST_F(GarbageTest, HeadersThatChangeTheMeaningAreRefused) {
  JsonObject header;
  header.Set("alg", "RS256").Set("kid", TestKey(0).id());
  ASSERT_TRUE(Accepts(SignedWithHeader(header, Claims(), TestKey(0))));
  for (const char* type : {"JWT", "jwt", "at+jwt", "application/at+jwt"}) {
    EXPECT_TRUE(Accepts(SignedWithHeader(header.Set("typ", type), Claims(), TestKey(0)))) << type;
  }
  EXPECT_THAT(Refusal(SignedWithHeader(header.Set("typ", "logout+jwt"), Claims(), TestKey(0))),
              HasSubstr("'logout+jwt', not an access token"));
  header.Remove("typ").Set("crit", std::vector<std::string>{"b64"});
  EXPECT_THAT(Refusal(SignedWithHeader(header, Claims(), TestKey(0))), HasSubstr("crit"));
}

}  // namespace
}  // namespace rookery::tokens
