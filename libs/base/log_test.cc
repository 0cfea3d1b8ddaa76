#include "libs/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "libs/base/testing/log_lines.h"

namespace rookery {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

CallContext Call(const std::string& request_id) {
  CallContext call;
  call.request_id = request_id;
  call.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  return call;
}

TEST(LogTest, LinesOfACallNameIt) {
  const testing::LogLines lines;
  const CallContext call = Call("r-1");
  const LogScope scope(call);
  spdlog::warn("the disk is {}", "full");
  EXPECT_THAT(lines.text(),
              EndsWith(" warning request_id=r-1 trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                       "the disk is full\n"));
}

TEST(LogTest, TheInnermostScopeCountsAndTheOuterComesBack) {
  const testing::LogLines lines;
  const CallContext outer = Call("outer");
  const CallContext inner = Call("inner");
  const LogScope outer_scope(outer);
  {
    const LogScope inner_scope(inner);
    spdlog::info("one");
  }
  spdlog::info("two");
  EXPECT_THAT(lines.text(), HasSubstr("request_id=inner trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                                      "one"));
  EXPECT_THAT(lines.text(), HasSubstr("request_id=outer trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
                                      "two"));
}

TEST(LogTest, OtherThreadsAndLaterLinesNameNoCall) {
  const testing::LogLines lines;
  const CallContext call = Call("r-1");
  {
    const LogScope scope(call);
    std::jthread([] { spdlog::info("elsewhere"); }).join();
  }
  spdlog::info("afterwards");
  EXPECT_THAT(lines.text(), HasSubstr(" info elsewhere\n"));
  EXPECT_THAT(lines.text(), EndsWith(" info afterwards\n"));
  EXPECT_THAT(lines.text(), Not(HasSubstr("r-1")));
}

}  // namespace
}  // namespace rookery
