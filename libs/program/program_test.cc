#include "libs/program/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace rookery::program {
namespace {

// A variable of the environment for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* const name_;
};

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    program_.app().add_option("--backend-store-uri", uri_);
    program_.app().add_option("-p,--port", port_)->envname("ROOKERY_HTTP_PORT");
    program_.app().add_flag("--serve,!--no-serve", serve_);
    program_.OnRun(program_.app(), [this] {
      ran_ = true;
      return result_;
    });
  }

  int Run(std::vector<const char*> words) {
    words.insert(words.begin(), "rookery-x");
    return program_.Run(static_cast<int>(words.size()), words.data());
  }

  Program program_{"rookery-x", "Does x."};
  std::string uri_ = "default";
  int port_ = 1;
  bool serve_ = true;
  bool ran_ = false;
  Status result_;
};

TEST_F(ProgramTest, RunsWithWhatTheFlagsSay) {
  EXPECT_EQ(Run({"--backend-store-uri", "u", "-p", "7"}), 0);
  EXPECT_TRUE(ran_);
  EXPECT_EQ(uri_, "u");
  EXPECT_EQ(port_, 7);
}

TEST_F(ProgramTest, ACommandsOwnCommandRunsInItsPlace) {
  bool own_ran = false;
  program_.OnRun(*program_.app().add_subcommand("own"), [&] {
    own_ran = true;
    return absl::OkStatus();
  });
  EXPECT_EQ(Run({"own"}), 0);
  EXPECT_TRUE(own_ran);
  EXPECT_FALSE(ran_);
}

TEST_F(ProgramTest, TheEnvironmentSpeaksWhereNoFlagDoes) {
  const Variable uri("ROOKERY_BACKEND_STORE_URI", "from environment");
  const Variable port("ROOKERY_HTTP_PORT", "9");
  const Variable serve("ROOKERY_SERVE", "false");
  EXPECT_EQ(Run({"--port", "8"}), 0);
  EXPECT_EQ(uri_, "from environment");
  EXPECT_EQ(port_, 8);
  EXPECT_FALSE(serve_);
}

// A cluster sets ROOKERY_PORT=tcp://10.0.0.1:80 for a service that is named rookery.
TEST_F(ProgramTest, AnEnvironmentVariableThatAFlagNamesReplacesTheUsualOne) {
  const Variable port("ROOKERY_PORT", "tcp://10.0.0.1:80");
  EXPECT_EQ(Run({}), 0);
  EXPECT_EQ(port_, 1);
}

TEST_F(ProgramTest, WhatItDoesNotUnderstandIsAUsageError) {
  EXPECT_EQ(Run({"--nonsense"}), kUsageError);
  EXPECT_EQ(Run({"--log-level", "loud"}), kUsageError);
  EXPECT_FALSE(ran_);
}

TEST_F(ProgramTest, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(Run({"--help"}), 0);
  EXPECT_EQ(Run({"--version"}), 0);
  EXPECT_FALSE(ran_);
}

TEST_F(ProgramTest, WhatCannotBeUsedIsAUsageError) {
  result_ = absl::UnavailableError("no such database");
  EXPECT_EQ(Run({}), kUsageError);
}

}  // namespace
}  // namespace rookery::program
