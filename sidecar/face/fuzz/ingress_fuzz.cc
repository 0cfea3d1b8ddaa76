// What libFuzzer calls, again and again.
#include <cstdio>
#include <cstdlib>

#include "sidecar/face/fuzz/reading.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto status = rookery::sidecar::fuzz::ReadAnything(
      std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}
