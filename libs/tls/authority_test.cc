#include "libs/tls/authority.h"

#include <gmock/gmock.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <utility>

#include "libs/base/testing/status_matchers.h"
#include "libs/tls/openssl.h"

namespace rookery::tls {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;

// Why `authority` does not vouch for `certificate`, as strictly seen as by newer Pythons; "ok".
std::string Verdict(const std::string& certificate, const std::string& authority) {
  const auto certificates = *ParseCertificates(certificate);
  const auto authorities = *ParseCertificates(authority);
  const std::unique_ptr<X509_STORE, FreeWith<X509_STORE_free>> store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), authorities.front().get());
  const std::unique_ptr<X509_STORE_CTX, FreeWith<X509_STORE_CTX_free>> context(
      X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), certificates.front().get(), nullptr);
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
  X509_verify_cert(context.get());
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

class AuthorityTest : public ::testing::Test {
 protected:
  const Authority authority_ = *Authority::Create("Test");
  const IssuedPem pem_ = *authority_.Pem();
};

TEST_F(AuthorityTest, VouchesForWhatItIssues) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IssuedPem issued, authority_.Issue({"localhost"}));
  EXPECT_EQ(Verdict(issued.certificate, pem_.certificate), "ok");
  EXPECT_NE(Verdict(issued.certificate, Authority::Create("Test")->Pem()->certificate), "ok");
}

TEST_F(AuthorityTest, ComesBackFromPemAsTheSameAuthority) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Authority again, Authority::FromPem(pem_));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const IssuedPem issued, again.Issue({"localhost"}));
  EXPECT_EQ(Verdict(issued.certificate, pem_.certificate), "ok");
  EXPECT_EQ(again.Pem()->certificate, pem_.certificate);
}

TEST_F(AuthorityTest, WhatItIssuesServesTheNamesThatWereAsked) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const IssuedPem issued,
      authority_.Issue({"rookery.example", "*.blob.rookery.example", "127.0.0.1", "::1"}));
  for (const char* name : {"rookery.example", "acct.blob.rookery.example", "127.0.0.1", "::1"}) {
    EXPECT_TRUE(*IsCertificateFor(issued.certificate, name)) << name;
  }
  for (const char* name : {"other.example", "blob.rookery.example", "127.0.0.2", "server", ""}) {
    EXPECT_FALSE(*IsCertificateFor(issued.certificate, name)) << name;
  }
  const auto context = *NewContext(TLS_server_method());
  ROOKERY_EXPECT_OK(UseIdentity(context.get(), issued.certificate, issued.key));
}

TEST_F(AuthorityTest, ANameThatCannotBeOneIsRefused) {
  for (const char* name : {"", "a,DNS:bank.example", "a b", "a\n", "email:a@b"}) {
    EXPECT_THAT(authority_.Issue({"localhost", name}),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)))
        << name;
  }
  EXPECT_THAT(authority_.Issue({}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(AuthorityTest, WhatIsNoAuthorityIsRefused) {
  const IssuedPem server = *authority_.Issue({"localhost"});
  EXPECT_THAT(Authority::FromPem(server),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not an authority")));
  EXPECT_THAT(Authority::FromPem({pem_.certificate, server.key}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not the certificate's")));
  EXPECT_THAT(Authority::FromPem({"", pem_.key}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Authority::FromPem({pem_.certificate, ""}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace rookery::tls
