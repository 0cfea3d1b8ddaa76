#include "libs/metrics/process.h"

#include <gtest/gtest.h>

#include <absl/time/clock.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>

namespace rookery::metrics {
namespace {

double Value(const std::string& text, const std::string& name) {
  const size_t at = text.find("\n" + name + " ");
  if (at == std::string::npos) return -1;
  return std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

TEST(ProcessTest, TellsWhatTheProcessUses) {
  Registry registry;
  AddProcess(registry);
  const std::string text = registry.Text();
  EXPECT_GT(Value(text, "process_cpu_seconds_total"), 0);
  EXPECT_GT(Value(text, "process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(Value(text, "process_virtual_memory_bytes"),
            Value(text, "process_resident_memory_bytes"));
  EXPECT_GT(Value(text, "process_max_fds"), Value(text, "process_open_fds"));
  EXPECT_NEAR(Value(text, "process_start_time_seconds"), absl::ToUnixSeconds(absl::Now()), 60);
}

TEST(ProcessTest, LooksAnewAtEachScrape) {
  Registry registry;
  AddProcess(registry);
  const std::string before = registry.Text();
  const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  std::string during;
  std::jthread([&] { during = registry.Text(); }).join();
  close(fd);
  EXPECT_EQ(Value(during, "process_open_fds"), Value(before, "process_open_fds") + 1);
  EXPECT_EQ(Value(during, "process_threads"), Value(before, "process_threads") + 1);
  EXPECT_GE(Value(during, "process_cpu_seconds_total"), Value(before, "process_cpu_seconds_total"));
}

}  // namespace
}  // namespace rookery::metrics
