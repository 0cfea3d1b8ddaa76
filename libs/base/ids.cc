#include "libs/base/ids.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace rookery {
namespace {

constexpr int64_t kEpochMs = 1'577'836'800'000;  // 2020-01-01T00:00:00Z
constexpr int kRandomBits = 22;
constexpr size_t kMaxNameLength = 20;

constexpr std::array kAdjectives = {
    "able",   "amber", "apt",    "bold",   "brave", "bright", "brisk",  "calm",  "clean", "clear",
    "clever", "cool",  "crisp",  "deft",   "eager", "early",  "fair",   "fleet", "fond",  "fresh",
    "gentle", "glad",  "grand",  "keen",   "kind",  "light",  "lively", "loyal", "lucky", "mellow",
    "merry",  "mild",  "neat",   "nimble", "noble", "polite", "prime",  "proud", "quick", "quiet",
    "rapid",  "ready", "rich",   "round",  "sage",  "sharp",  "silent", "sleek", "smart", "snowy",
    "solid",  "spry",  "steady", "sunny",  "swift", "tidy",   "true",   "vivid", "warm",  "wise"};
constexpr std::array kNouns = {
    "albatross", "auk",    "avocet",    "bittern", "crane",   "curlew", "diver",  "dunlin",
    "eider",     "egret",  "finch",     "fulmar",  "gannet",  "grebe",  "gull",   "heron",
    "ibis",      "jay",    "kestrel",   "kite",    "lark",    "loon",   "martin", "merlin",
    "murre",     "noddy",  "osprey",    "owl",     "penguin", "petrel", "pipit",  "plover",
    "puffin",    "quail",  "rail",      "raven",   "robin",   "rook",   "ruff",   "scoter",
    "shag",      "skua",   "snipe",     "stilt",   "stork",   "swan",   "swift",  "teal",
    "tern",      "thrush", "turnstone", "wader",   "warbler", "wren"};

// The kernel's, fetched for several ids at once: each request makes some.
uint64_t Random() {
  struct Stock {
    std::array<uint64_t, 32> bits;
    size_t left = 0;
  };
  thread_local Stock stock;
  if (stock.left == 0) {
    // Reads of at most 256 bytes are never cut short once the kernel's pool is seeded.
    static_assert(sizeof(stock.bits) <= 256);
    if (getrandom(stock.bits.data(), sizeof(stock.bits), 0) != sizeof(stock.bits)) std::abort();
    stock.left = stock.bits.size();
  }
  return std::exchange(stock.bits[--stock.left], 0);
}

// 1 to `max_size` letters, digits, `_` and `-`.
bool IsWord(std::string_view text, size_t max_size) {
  if (text.empty() || text.size() > max_size) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
}

}  // namespace

std::string NewRunId() { return fmt::format("{:016x}{:016x}", Random(), Random()); }

std::string NewLoggedModelId() { return "m-" + NewRunId(); }

int64_t NewExperimentId(const Clock& clock) {
  const int64_t since_epoch = std::max<int64_t>(clock.NowMs() - kEpochMs, 0);
  const auto random = static_cast<int64_t>(Random() & ((1U << kRandomBits) - 1));
  return ((since_epoch << kRandomBits) | random) & INT64_MAX;
}

std::string NewGuid() {
  const uint64_t high = (Random() & ~uint64_t{0xf000}) | 0x4000;
  const uint64_t low = (Random() & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xffff,
                     high & 0xffff, low >> 48, low & 0xffff'ffff'ffff);
}

std::string NewRequestId() { return fmt::format("{:016x}", Random()); }

bool IsUsableRequestId(std::string_view id) {
  return !id.empty() && id.size() <= 128 &&
         std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string NewRandomName() {
  for (;;) {
    const uint64_t random = Random();
    std::string name = fmt::format("{}-{}-{}", kAdjectives[(random >> 32) % kAdjectives.size()],
                                   kNouns[(random >> 16) % kNouns.size()], random % 1000);
    if (name.size() <= kMaxNameLength) return name;
  }
}

bool IsValidRunId(std::string_view id) { return IsWord(id, 256) && id[0] != '_' && id[0] != '-'; }

bool IsValidWorkspaceName(std::string_view name) {
  return name.size() >= 2 && IsWord(name, 63) && name[0] != '_' && name[0] != '-';
}

}  // namespace rookery
