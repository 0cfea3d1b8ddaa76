#include "services/tracking/domain/run_contents.h"

#include <absl/cleanup/cleanup.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>
#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <future>
#include <string>
#include <thread>
#include <utility>

#include "services/tracking/store/run_page_store.h"

namespace rookery::tracking {
namespace {

// From this many runs on, reading what they logged takes longer than starting threads for it.
constexpr size_t kRunsWorthThreads = 50;

// Whether there are processors for all parts of a page at once, with one half for the database.
// Where there are not, its parts would only be in each other's way.
bool HasRoomForThreads(unsigned other_readers) {
  return other_readers < std::max(2U, std::thread::hardware_concurrency()) / 2;
}

// All but the info, which stays with the run.
std::string Encoded(v1::Run* run) {
  v1::RunInfo* info = run->unsafe_arena_release_info();
  std::string bytes = run->SerializeAsString();
  run->unsafe_arena_set_allocated_info(info);
  return bytes;
}

// What Encoded gave, still encoded: as fields that nobody looked into they go into the answer as
// they are, which takes a fraction of the time of 50 messages and 100 strings a run.
bool AddEncoded(const std::string& bytes, v1::Run* run) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()),
                                            static_cast<int>(bytes.size()));
  return run->GetReflection()->MutableUnknownFields(run)->MergeFromCodedStream(&in);
}

}  // namespace

Status RunContents::Fill(const CallContext& call, const std::vector<Reading>& runs) {
  std::vector<v1::Run*> unknown;
  std::vector<const store::RunVersion*> versions;
  for (const Reading& reading : runs) {
    const RunCache::Bytes bytes =
        cache_.Find(call.workspace, reading.run->info().run_id(), reading.version);
    if (bytes == nullptr || !AddEncoded(*bytes, reading.run)) {
      unknown.push_back(reading.run);
      versions.push_back(&reading.version);
    }
  }
  RETURN_IF_ERROR(Read(call, unknown));
  // The versions were read before: what is kept may be newer than they say, never older.
  for (size_t i = 0; i < unknown.size(); ++i) {
    cache_.Put(call.workspace, unknown[i]->info().run_id(), *versions[i], Encoded(unknown[i]));
  }
  return absl::OkStatus();
}

// Not in one transaction, nor in that which found the runs: what is logged meanwhile may be in the
// answer or not, and a transaction costs two round trips more.
Status RunContents::Read(const CallContext& call, const std::vector<v1::Run*>& runs) {
  if (runs.empty()) return absl::OkStatus();
  const store::RunPage page(call.workspace, runs);
  const auto metrics = [&] {
    return database_.ReadOnce(call, [&](auto& txn) { return page.ReadMetrics(txn, metrics_); });
  };
  const auto params = [&] {
    return database_.ReadOnce(call, [&](auto& txn) { return page.ReadParams(txn); });
  };
  const auto tags_and_inputs = [&]() -> Status {
    ASSIGN_OR_RETURN(const bool has_inputs_or_outputs,
                     database_.ReadOnce(call, [&](auto& txn) { return page.ReadTags(txn); }));
    if (!has_inputs_or_outputs) return absl::OkStatus();
    return database_.Read(call, [&](auto& txn) { return page.ReadInputsAndOutputs(txn); });
  };
  const unsigned others = readers_++;
  const absl::Cleanup leave = [this] { --readers_; };
  if (runs.size() < kRunsWorthThreads || !HasRoomForThreads(others)) {
    RETURN_IF_ERROR(metrics());
    RETURN_IF_ERROR(params());
    return tags_and_inputs();
  }
  // While one part is being read by the database, another is being put into messages.
  auto second = std::async(std::launch::async, params);
  auto third = std::async(std::launch::async, tags_and_inputs);
  const Status statuses[] = {metrics(), second.get(), third.get()};
  for (const Status& status : statuses) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

}  // namespace rookery::tracking
