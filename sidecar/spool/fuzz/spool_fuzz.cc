// What libFuzzer calls, again and again.
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>

#include "sidecar/spool/fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  // Each damage is a line.
  spdlog::set_level(spdlog::level::off);
  const auto status = rookery::spool::fuzz::ReadAnything(
      std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}
