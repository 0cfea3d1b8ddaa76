#include "services/standalone/devcloud/state.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "libs/base/testing/status_matchers.h"
#include "libs/tls/authority.h"
#include "libs/tls/server_identity.h"
#include "libs/tls/testing/certificates.h"

namespace rookery::devcloud {
namespace {

using rookery::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Read(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class StateTest : public ::testing::Test {
 protected:
  // By name.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
      files[entry.path().filename()] = Read(entry.path());
    }
    return files;
  }

  const std::vector<std::string> names_ = {"localhost", "*.blob.localhost", "127.0.0.1"};
  const tls::testing::Folder folder_;
  const std::string dir_ = folder_.Path("state");
};

TEST_F(StateTest, IsMadeOnFirstUseForItsOwnerAlone) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State state, OpenState(dir_, names_));
  EXPECT_THAT(Files(), SizeIs(4));
  struct stat found{};
  stat(dir_.c_str(), &found);
  EXPECT_EQ(found.st_mode & 0777, 0700U);
  for (const auto& [name, content] : Files()) {
    stat((dir_ + "/" + name).c_str(), &found);
    EXPECT_EQ(found.st_mode & 0777, 0600U) << name;
  }
  EXPECT_TRUE(std::filesystem::path(state.ca_file).is_absolute());
  EXPECT_THAT(Read(state.ca_file), ::testing::Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(StateTest, TheServersFileIsCertificateAndKey) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State state, OpenState(dir_, names_));
  ROOKERY_EXPECT_OK(
      tls::ServerIdentity::Open({state.server_file, state.server_file, ""}, absl::Hours(1)));
  EXPECT_TRUE(*tls::IsCertificateFor(Read(state.server_file), "acct.blob.localhost"));
}

TEST_F(StateTest, WhatIsThereStays) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State before, OpenState(dir_, names_));
  const auto files = Files();
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State after, OpenState(dir_, names_));
  EXPECT_EQ(after.signing_key.id(), before.signing_key.id());
  EXPECT_EQ(Files(), files);
}

TEST_F(StateTest, WhatWasDeletedIsMadeAnewByTheSameAuthority) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State before, OpenState(dir_, names_));
  const std::string ca = Read(before.ca_file);
  std::filesystem::remove(before.server_file);
  std::filesystem::remove(before.ca_file);
  ROOKERY_ASSERT_OK_AND_ASSIGN(const State after, OpenState(dir_, {"other.example"}));
  EXPECT_EQ(Read(after.ca_file), ca);
  EXPECT_TRUE(*tls::IsCertificateFor(Read(after.server_file), "other.example"));
}

TEST_F(StateTest, ACertificateForOtherNamesIsNotReplacedButRefused) {
  ROOKERY_ASSERT_OK(OpenState(dir_, names_));
  const auto files = Files();
  EXPECT_THAT(OpenState(dir_, {"localhost", "other.example"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::AllOf(HasSubstr("server.pem"), HasSubstr("other.example"))));
  EXPECT_THAT(OpenState(dir_, {"*.blob.other.example"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Files(), files);
}

TEST_F(StateTest, ABrokenFileIsNamed) {
  for (const std::string name : {"signing-key.pem", "authority.pem", "server.pem"}) {
    ROOKERY_ASSERT_OK(OpenState(dir_, names_));
    std::ofstream(dir_ + "/" + name) << "nothing of use";
    EXPECT_THAT(OpenState(dir_, names_),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
    EXPECT_EQ(Files()[name], "nothing of use");
    std::filesystem::remove_all(dir_);
  }
}

TEST_F(StateTest, AFolderThatCannotBeIsRefused) {
  EXPECT_THAT(OpenState(folder_.Path("no/such/folder"), names_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no/such/folder")));
  EXPECT_THAT(OpenState(folder_.Write("file", "x"), names_),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StateTest, ThoseWhoMakeItAtOnceAgree) {
  std::vector<std::string> ids(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& id : ids) {
      threads.emplace_back([&] {
        const auto state = OpenState(dir_, names_);
        id = state.ok() ? state->signing_key.id() : state.status().ToString();
      });
    }
  }
  EXPECT_THAT(ids, ::testing::Each(OpenState(dir_, names_)->signing_key.id()));
  EXPECT_THAT(Files(), SizeIs(4)) << "drafts are gone";
}

}  // namespace
}  // namespace rookery::devcloud
