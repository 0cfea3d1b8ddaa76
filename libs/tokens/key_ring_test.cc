#include "libs/tokens/key_ring.h"

#include <gmock/gmock.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/tokens/testing/tokens.h"

namespace rookery::tokens {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;
using testing::KeySetOf;
using testing::TestKey;

// A JSON Web Key with the numbers of TestKey(0), and members that are changed; "" removes one.
std::string Key(const std::string& id, const std::string& name = "", const char* value = "") {
  const std::string key = TestKey(0).JsonWebKey();
  const auto number = [&](const std::string& letter) {
    const size_t begin = key.find("\"" + letter + "\":\"") + 5;
    return key.substr(begin, key.find('"', begin) - begin);
  };
  JsonObject made;
  made.Set("kid", id).Set("kty", "RSA").Set("use", "sig").Set("n", number("n"));
  made.Set("e", number("e"));
  if (name.empty()) return made.Json();
  return (*value == '\0' ? made.Remove(name) : made.Set(name, value)).Json();
}

TEST(KeyRingTest, FindsWhatSignedWith) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const KeyRing ring,
      KeyRing::Parse(JsonWebKeySet({TestKey(0).JsonWebKey(), TestKey(1).JsonWebKey()})));
  const JsonWebKey* key = ring.Find(TestKey(1).id(), "any", "any");
  ASSERT_NE(key, nullptr);
  EXPECT_TRUE(key->key.Verifies("text", *TestKey(1).Sign("text")));
  EXPECT_FALSE(key->key.Verifies("other", *TestKey(1).Sign("text")));
  EXPECT_FALSE(key->key.Verifies("text", *TestKey(0).Sign("text")));
  EXPECT_FALSE(key->key.Verifies("text", ""));
  EXPECT_FALSE(ring.Has("another"));
}

TEST(KeyRingTest, KeysOfNoUseAreLeftOut) {
  const std::string small = SigningKey::Generate(1024)->JsonWebKey();
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const KeyRing ring,
      KeyRing::Parse(JsonWebKeySet({Key("good"),
                                    Key("no-use", "use"),
                                    Key("encrypts", "use", "enc"),
                                    Key("ec", "kty", "EC"),
                                    Key("no-type", "kty"),
                                    Key("pss", "alg", "PS256"),
                                    Key("hmac", "alg", "HS256"),
                                    Key("rs256", "alg", "RS256"),
                                    Key("signs", "key_ops", "sign"),
                                    Key("verifies", "key_ops", "verify"),
                                    Key(""),
                                    Key("no-n", "n"),
                                    Key("no-e", "e"),
                                    Key("bad-n", "n", "!!"),
                                    Key("one", "e", "AQ"),
                                    Key("even", "e", "Ag"),
                                    Key("huge-e", "e", "____________"),
                                    Key("huge-n", "n", std::string(2000, 'a').c_str()),
                                    small,
                                    "7",
                                    "null",
                                    "[]",
                                    R"({"kid":"odd","kty":7})"})));
  EXPECT_EQ(ring.size(), 4U);
  for (const char* id : {"good", "no-use", "rs256", "verifies"}) EXPECT_TRUE(ring.Has(id)) << id;
}

TEST(KeyRingTest, AKeyIsForItsIssuerAlone) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const KeyRing ring,
      KeyRing::Parse(JsonWebKeySet({Key("literal", "issuer", "https://i/t1/"),
                                    Key("any-tenant", "issuer", "https://i/{tenantid}/")})));
  EXPECT_NE(ring.Find("literal", "https://i/t1/", "t1"), nullptr);
  EXPECT_EQ(ring.Find("literal", "https://i/t2/", "t2"), nullptr);
  EXPECT_NE(ring.Find("any-tenant", "https://i/t2/", "t2"), nullptr);
  EXPECT_EQ(ring.Find("any-tenant", "https://i/t2/", "t1"), nullptr);
  EXPECT_EQ(ring.Find("any-tenant", "https://j/t2/", "t2"), nullptr);
}

TEST(KeyRingTest, OfKeysWithOneIdThatIsFoundWhichIsForTheIssuer) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const KeyRing ring,
                               KeyRing::Parse(JsonWebKeySet({Key("id", "issuer", "https://a/"),
                                                             Key("id", "issuer", "https://b/")})));
  EXPECT_EQ(ring.Find("id", "https://b/", "t")->issuer, "https://b/");
  EXPECT_EQ(ring.Find("id", "https://c/", "t"), nullptr);
}

TEST(KeyRingTest, EqualDocumentsAreEqual) {
  EXPECT_EQ(*KeyRing::Parse(KeySetOf(TestKey(0))), *KeyRing::Parse(KeySetOf(TestKey(0))));
  EXPECT_FALSE(*KeyRing::Parse(KeySetOf(TestKey(0))) == *KeyRing::Parse(KeySetOf(TestKey(1))));
}

TEST(KeyRingTest, CutAnywhereADocumentIsNoKeySet) {
  const std::string document = KeySetOf(TestKey(0));
  for (size_t size = 0; size < document.size(); ++size) {
    EXPECT_THAT(KeyRing::Parse(document.substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << size;
  }
  EXPECT_THAT(KeyRing::Parse(R"({"keys":{}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("list 'keys'")));
  EXPECT_THAT(KeyRing::Parse("[]"), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::tokens
