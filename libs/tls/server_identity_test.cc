#include "libs/tls/server_identity.h"

#include <absl/time/clock.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "libs/base/testing/log_lines.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::tls {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ServerIdentityTest : public ::testing::Test {
 protected:
  ServerIdentityTest() { Write(authority_.Issue()); }

  void Write(const testing::Issued& issued) {
    folder_.Write("cert.pem", issued.certificate);
    folder_.Write("key.pem", issued.key);
  }
  // By default it never looks of its own accord.
  StatusOr<std::shared_ptr<ServerIdentity>> Open(absl::Duration interval = absl::Hours(1)) {
    return ServerIdentity::Open(files_, interval);
  }

  testing::Folder folder_;
  testing::Authority authority_;
  ServerFiles files_{folder_.Path("cert.pem"), folder_.Path("key.pem"), ""};
};

TEST_F(ServerIdentityTest, WhatCannotBeUsedIsRefusedAndNamed) {
  const auto refused = [&](const std::string& words) {
    EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kInvalidArgument,
                                 AllOf(HasSubstr("pem'"), HasSubstr(words))));
  };
  folder_.Write("key.pem", authority_.Issue().key);
  refused("the key is not the certificate's");
  folder_.Write("key.pem", "no key");
  refused("no private key");
  Write(authority_.Issue());
  folder_.Write("cert.pem", "no certificate");
  refused("no certificate in PEM");
  folder_.Write("cert.pem", authority_.certificate() + "-----BEGIN CERTIFICATE-----\nAA\n");
  refused("certificate 2 in it is broken");
  std::filesystem::remove(files_.certificates);
  refused("No such file");
  folder_.Write("cert.pem", std::string(2 << 20, 'x'));
  refused("larger than 1 MiB");
  Write(authority_.Issue());
  files_.client_ca = folder_.Write("ca.pem", "none");
  refused("the authorities for clients");
  folder_.Write("ca.pem", "");
  refused("it is empty");
}

TEST_F(ServerIdentityTest, AKeyWithAPasswordIsRefusedWithoutAQuestion) {
  // A key as `openssl genpkey -aes256` writes it; what it holds does not matter.
  folder_.Write("key.pem",
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                "DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                "AAAAAAAAAAAAAAAAAAAAAA==\n-----END EC PRIVATE KEY-----\n");
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("password")));
}

TEST_F(ServerIdentityTest, KnowsWhenTheCertificateExpires) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto identity, Open());
  const absl::Duration left = identity->current()->expiry - absl::Now();
  // The authority of the tests signs for a day.
  EXPECT_GT(left, absl::Hours(23));
  EXPECT_LE(left, absl::Hours(24));
}

TEST_F(ServerIdentityTest, NewFilesAreCurrentAfterALook) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto identity, Open());
  const auto before = identity->current();
  identity->Look();
  EXPECT_EQ(identity->current(), before);
  const testing::Issued next = authority_.Issue();
  Write(next);
  identity->Look();
  EXPECT_NE(identity->current(), before);
  EXPECT_EQ(identity->current()->pem.certificates, next.certificate);
}

TEST_F(ServerIdentityTest, BrokenFilesAreLoggedOnceAndChangeNothing) {
  const rookery::testing::LogLines log;
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto identity, Open());
  const auto before = identity->current();
  const testing::Issued next = authority_.Issue();
  folder_.Write("cert.pem", next.certificate);
  for (int i = 0; i < 3; ++i) identity->Look();
  EXPECT_EQ(identity->current(), before);
  const std::string said = log.text();
  const size_t first = said.find("the former certificate stays");
  EXPECT_NE(first, std::string::npos) << said;
  EXPECT_EQ(said.find("the former certificate stays", first + 1), std::string::npos) << said;
  // The other half comes.
  folder_.Write("key.pem", next.key);
  identity->Look();
  EXPECT_EQ(identity->current()->pem.certificates, next.certificate);
}

TEST_F(ServerIdentityTest, FilesThatVanishChangeNothing) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto identity, Open());
  const auto before = identity->current();
  std::filesystem::remove(files_.key);
  identity->Look();
  EXPECT_EQ(identity->current(), before);
}

TEST_F(ServerIdentityTest, LooksOfItsOwnAccord) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto identity, Open(absl::Milliseconds(1)));
  const auto before = identity->current();
  Write(authority_.Issue());
  // Or the test runs into its time-out.
  while (identity->current() == before) std::this_thread::yield();
}

}  // namespace
}  // namespace rookery::tls
