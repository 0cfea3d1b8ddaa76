// Durable appends on this machine's disk (SPOOL_BENCH_FOLDER, or the folder for temporary files),
// and how long a start takes.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "libs/base/clock.h"
#include "sidecar/spool/spool.h"

namespace rookery::spool {
namespace {

class NoState final : public State {
 public:
  void Apply(const Record&) override {}
  std::string Snapshot() override { return ""; }
  Status Restore(std::string_view) override { return absl::OkStatus(); }
};

// A folder that is removed.
class Folder {
 public:
  Folder() {
    const char* root = std::getenv("SPOOL_BENCH_FOLDER");
    const auto parent = root != nullptr ? root : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "spool_bench_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Bench {
  Folder folder;
  NoState state;
  std::unique_ptr<Spool> spool;
  LaneId lane = 0;

  Status Open(int64_t max_bytes) {
    Options options;
    options.folder = folder.path();
    options.max_bytes = max_bytes;
    options.retention = absl::ZeroDuration();
    ASSIGN_OR_RETURN(spool, Spool::Open(FileSystem::Posix(), Clock::Real(), options, state));
    ASSIGN_OR_RETURN(lane, spool->LaneOf("bench"));
    return absl::OkStatus();
  }

  Status Append(std::string_view payload, AckLevel level) {
    std::promise<Status> answer;
    spool->Append({.lane = lane,
                   .things = 1,
                   .payload = payload,
                   .priority = Priority::kEssential,
                   .level = level},
                  [&](const StatusOr<Appended>& appended) { answer.set_value(appended.status()); });
    return answer.get_future().get();
  }
};

std::unique_ptr<Bench> shared;

// Each thread waits for its record before it appends the next. What is on disk is released, as if
// an upstream kept pace.
void DurableAppend(benchmark::State& state) {
  if (state.thread_index() == 0) {
    shared = std::make_unique<Bench>();
    if (!shared->Open(int64_t{512} << 20).ok()) state.SkipWithError("cannot open");
  }
  const std::string payload(state.range(0), 'x');
  int64_t appends = 0;
  for (auto _ : state) {
    if (!shared->Append(payload, AckLevel::kDurable).ok()) state.SkipWithError("refused");
    if (++appends % 256 == 0) shared->spool->Release(shared->spool->durable());
  }
  state.SetItemsProcessed(appends);
  state.SetBytesProcessed(appends * state.range(0));
  if (state.thread_index() == 0) shared.reset();
}
BENCHMARK(DurableAppend)->Arg(200)->Threads(1)->Threads(16)->Threads(64)->UseRealTime();
BENCHMARK(DurableAppend)->Arg(16 << 10)->Threads(16)->UseRealTime();

// A start with 1 GiB of records of 16 KiB that nobody released.
void Recovery(benchmark::State& state) {
  Bench bench;
  const std::string payload(16 << 10, 'x');
  if (!bench.Open(int64_t{1280} << 20).ok()) return state.SkipWithError("cannot open");
  for (int64_t bytes = 0; bytes < int64_t{1} << 30;) {
    if (bench.Append(payload, AckLevel::kBuffered).ok()) {
      bytes += static_cast<int64_t>(payload.size());
    } else if (!bench.Append(payload, AckLevel::kDurable).ok()) {
      std::this_thread::yield();
    }
  }
  bench.spool.reset();
  for (auto _ : state) {
    if (!bench.Open(int64_t{1280} << 20).ok()) return state.SkipWithError("cannot open");
    state.PauseTiming();
    bench.spool.reset();
    state.ResumeTiming();
  }
}
BENCHMARK(Recovery)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(5);

}  // namespace
}  // namespace rookery::spool
