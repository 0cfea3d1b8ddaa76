#include "services/tracking/domain/run_ends.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <string>
#include <vector>

#include "services/tracking/rules/sequence.h"
#include "services/tracking/rules/tags.h"
#include "services/tracking/store/producer_store.h"
#include "services/tracking/store/run_log_store.h"

namespace rookery::tracking {
namespace {

// How often ends whose time is over are looked for.
constexpr std::chrono::seconds kTick(1);
// A database that hangs must not keep the process from ending.
constexpr absl::Duration kLimit = absl::Seconds(10);

constexpr metrics::Family kPending = {
    "rookery_pending_run_ends",
    "Ends of runs in the database that wait for other producers that have written to the run."};
constexpr metrics::Family kByGrace = {
    "rookery_run_ends_by_grace_total",
    "Ends of runs that this process applied though a producer had not said that it has sent all."};

// What it had sent was stored once, and is not there any more.
Status WasSetBack(const std::string& producer_id, int64_t next_seq) {
  return WithFact(absl::OutOfRangeError(fmt::format(
                      "The producer '{}' has not caught up: it is expected to send number {} next.",
                      producer_id, next_seq)),
                  "next_seq", std::to_string(next_seq));
}

Status Apply(db::Transaction& txn, std::string_view workspace,
             const std::vector<store::EndOfRun>& ends) {
  db::TextList runs;
  for (const store::EndOfRun& end : ends) {
    RETURN_IF_ERROR(store::UpdateRun(txn, workspace, end.run_id, end.change));
    runs.push_back(end.run_id);
  }
  return ForgetEnds(txn, workspace, runs, {});
}

}  // namespace

Status ForgetEnds(db::Transaction& txn, std::string_view workspace, const db::TextList& ended,
                  const db::TextList& resumed) {
  db::TextList all = ended;
  all.insert(all.end(), resumed.begin(), resumed.end());
  if (all.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(store::ForgetPendingEnds(txn, workspace, all));
  if (ended.empty()) return absl::OkStatus();
  return store::ForgetProducersOfRuns(txn, workspace, ended);
}

RunEnds::Metrics::Metrics(metrics::Registry* registry) {
  if (registry == nullptr) return;
  pending = registry->AddGauge(kPending);
  by_grace = registry->AddCounter(kByGrace);
}

RunEnds::RunEnds(db::Database& database, const Clock& clock, const Options& options)
    : database_(database), clock_(clock), options_(options), metrics_(options.metrics) {
  if (options_.has_thread) thread_ = std::thread([this] { Work(); });
}

RunEnds::~RunEnds() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

StatusOr<v1::CatchUpResponse> RunEnds::CatchUp(const CallContext& call,
                                               const v1::CatchUpRequest& request) {
  RETURN_IF_ERROR(CheckProducerId(request.producer_id()));
  const bool has_news = request.end_ids_size() > 0 || request.leaves();
  ASSIGN_OR_RETURN(
      store::Awaited awaited,
      has_news
          ? database_.Write(call, [&](db::Transaction& txn) { return Note(txn, call, request); })
          : database_.ReadOnce(call, [&](db::Transaction& txn) {
              return store::FindAwaited(txn, call.workspace, request.producer_id());
            }));
  v1::CatchUpResponse response;
  response.set_has_open_runs(awaited.has_open_runs);
  response.mutable_awaited_end_ids()->Assign(awaited.end_ids.begin(), awaited.end_ids.end());
  return response;
}

StatusOr<store::Awaited> RunEnds::Note(db::Transaction& txn, const CallContext& call,
                                       const v1::CatchUpRequest& request) {
  const std::string& producer_id = request.producer_id();
  ASSIGN_OR_RETURN(const auto producers, store::LockProducers(txn, call.workspace, {producer_id}));
  if (producers.empty()) return ProducerNotFound(producer_id);
  const auto& [epoch, next_seq] = producers.begin()->second;
  if (request.epoch() != epoch) return Fenced(producer_id, request.epoch(), epoch);
  if (request.next_seq() > next_seq) return WasSetBack(producer_id, next_seq);

  const db::TextList end_ids(request.end_ids().begin(), request.end_ids().end());
  ASSIGN_OR_RETURN(const db::TextList runs,
                   request.leaves() ? store::RunsWithEnds(txn, call.workspace, producer_id)
                                    : store::RunsOfEnds(txn, call.workspace, producer_id, end_ids));
  // Whoever is last among those who come at once sees that he is.
  RETURN_IF_ERROR(store::LockRuns(txn, call.workspace, runs, store::Lock::kExclusive).status());
  if (request.leaves()) {
    RETURN_IF_ERROR(store::DeleteProducerOfRuns(txn, call.workspace, producer_id));
  } else {
    RETURN_IF_ERROR(store::NoteCaughtUp(txn, call.workspace, producer_id, runs, end_ids));
  }
  ASSIGN_OR_RETURN(const auto ends, store::EndsThatWaitForNobody(txn, call.workspace, runs));
  RETURN_IF_ERROR(Apply(txn, call.workspace, ends));
  return store::FindAwaited(txn, call.workspace, producer_id);
}

Status RunEnds::ApplyLate() {
  ASSIGN_OR_RETURN(const int64_t pending,
                   database_.ReadOnce(absl::Now() + kLimit, [](db::Transaction& txn) {
                     return store::CountPendingEnds(txn);
                   }));
  metrics_.pending.Set(static_cast<double>(pending));
  if (pending == 0) return absl::OkStatus();
  const int64_t until_ms = absl::ToUnixMillis(clock_.Now() - options_.grace);
  ASSIGN_OR_RETURN(const auto late,
                   database_.ReadOnce(absl::Now() + kLimit, [&](db::Transaction& txn) {
                     return store::FindLateEnds(txn, until_ms);
                   }));
  for (const store::LateEnd& end : late) {
    ASSIGN_OR_RETURN(const bool applied, ApplyLate(end, until_ms));
    if (!applied) continue;
    metrics_.by_grace.Increment();
    spdlog::warn(
        "The run {} in workspace {} was ended, and others who have written to it have not said "
        "that they have sent all: points may come later.",
        end.run_id, end.workspace);
  }
  return absl::OkStatus();
}

StatusOr<bool> RunEnds::ApplyLate(const store::LateEnd& late, int64_t until_ms) {
  return database_.Write(absl::Now() + kLimit, [&](db::Transaction& txn) -> StatusOr<bool> {
    RETURN_IF_ERROR(
        store::LockRuns(txn, late.workspace, {late.run_id}, store::Lock::kExclusive).status());
    ASSIGN_OR_RETURN(const auto end,
                     store::FindLateEnd(txn, late.workspace, late.run_id, until_ms));
    if (!end) return false;
    RETURN_IF_ERROR(Apply(txn, late.workspace, {*end}));
    RETURN_IF_ERROR(
        store::SetTagsOfRuns(txn, late.workspace, {{{late.run_id, kLateDataTag}, "true"}}));
    return true;
  });
}

void RunEnds::Work() {
  bool was_ok = true;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    Status status;
    try {
      status = ApplyLate();
    } catch (const std::exception& error) {
      status = absl::InternalError(error.what());
    }
    // Once, and not every second of an outage.
    if (was_ok && !status.ok()) {
      spdlog::warn("pending ends of runs were not looked at: {}", status.ToString());
    }
    was_ok = status.ok();
    lock.lock();
    changed_.wait_for(lock, kTick, [this] { return stopping_; });
  }
}

}  // namespace rookery::tracking
