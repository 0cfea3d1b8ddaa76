#include "libs/metrics/process.h"

#include <sys/resource.h>
#include <unistd.h>

#include <absl/time/clock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>

namespace rookery::metrics {
namespace {

constexpr Family kCpu = {"process_cpu_seconds_total", "User and system CPU time."};
constexpr Family kResident = {"process_resident_memory_bytes", "Memory that is in RAM."};
constexpr Family kVirtual = {"process_virtual_memory_bytes", "Addresses that are mapped."};
constexpr Family kOpenFds = {"process_open_fds", "Open file descriptors, sockets included."};
constexpr Family kMaxFds = {"process_max_fds", "The limit of open file descriptors."};
constexpr Family kThreads = {"process_threads", "Threads."};
constexpr Family kStart = {"process_start_time_seconds", "When the process began, in Unix time."};

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return absl::ToDoubleSeconds(absl::DurationFromTimeval(usage.ru_utime) +
                               absl::DurationFromTimeval(usage.ru_stime));
}

double OpenFds() {
  std::error_code ec;
  const std::filesystem::directory_iterator entries("/proc/self/fd", ec);
  // One of them is the directory's own.
  return ec ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)) - 1);
}

double MaxFds() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

double Threads() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double threads = 0;
    if (word == "Threads:" && status >> threads) return threads;
  }
  return 0;
}

}  // namespace

void AddProcess(Registry& registry) {
  registry.AddGauge(kStart).Set(absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch()));
  registry.BeforeText([cpu = registry.AddCounter(kCpu), resident = registry.AddGauge(kResident),
                       mapped = registry.AddGauge(kVirtual), open_fds = registry.AddGauge(kOpenFds),
                       max_fds = registry.AddGauge(kMaxFds), threads = registry.AddGauge(kThreads),
                       counted = 0.0]() mutable {
    const double seconds = CpuSeconds();
    cpu.Increment(seconds - counted);
    counted = seconds;
    // In pages.
    double mapped_pages = 0;
    double resident_pages = 0;
    std::ifstream("/proc/self/statm") >> mapped_pages >> resident_pages;
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    mapped.Set(mapped_pages * page);
    resident.Set(resident_pages * page);
    open_fds.Set(OpenFds());
    max_fds.Set(MaxFds());
    threads.Set(Threads());
  });
}

}  // namespace rookery::metrics
