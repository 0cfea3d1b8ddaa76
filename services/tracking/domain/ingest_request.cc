#include "services/tracking/domain/ingest_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/rules/validation.h"

namespace rookery::tracking {
namespace {

constexpr int64_t kMaxThings = 100'000;
constexpr size_t kMaxProducerId = 128;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

StatusOr<RunWrite> RunToWrite(const std::string& path, const v1::RunIngest& ingest) {
  RunWrite run;
  run.run_id = ingest.metrics().run_id();
  RETURN_IF_ERROR(CheckRunId(run.run_id));
  ASSIGN_OR_RETURN(run.points, FromColumns(path + ".metrics", ingest.metrics()));
  run.params = ingest.params();
  std::set<std::string_view> keys;
  for (int i = 0; i < run.params.size(); ++i) {
    const std::string place = fmt::format("{}.params[{}]", path, i);
    RETURN_IF_ERROR(CheckAndCutParam(place, &run.params[i]));
    if (!keys.insert(run.params[i].key()).second) {
      return Invalid(fmt::format("{} names the key '{}' again.", place, run.params[i].key()));
    }
  }
  run.tags = ingest.tags();
  for (int i = 0; i < run.tags.size(); ++i) {
    RETURN_IF_ERROR(CheckAndCutTag(fmt::format("{}.tags[{}]", path, i), &run.tags[i]));
  }
  if (!ingest.has_end()) return run;
  if (!v1::RunStatus_IsValid(ingest.end().status()) ||
      ingest.end().status() == v1::RUN_STATUS_UNSPECIFIED) {
    return Invalid(fmt::format("{}.end has no valid status.", path));
  }
  store::RunChange& end = run.end.emplace();
  end.status = ingest.end().status();
  if (ingest.end().has_end_time()) end.end_time_ms = ingest.end().end_time();
  return run;
}

}  // namespace

Status CheckProducerId(const std::string& producer_id) {
  const bool is_valid = std::ranges::all_of(producer_id, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == ':';
  });
  if (is_valid && !producer_id.empty() && producer_id.size() <= kMaxProducerId) {
    return absl::OkStatus();
  }
  return Invalid(fmt::format("A producer id has 1 to {} letters, digits, `_`, `-`, `.` and `:`.",
                             kMaxProducerId));
}

StatusOr<std::vector<RunWrite>> RunsToWrite(const v1::IngestRequest& request) {
  std::vector<RunWrite> runs;
  int64_t things = 0;
  for (int i = 0; i < request.runs_size(); ++i) {
    ASSIGN_OR_RETURN(runs.emplace_back(), RunToWrite(fmt::format("runs[{}]", i), request.runs(i)));
    things += runs.back().things();
  }
  if (things <= kMaxThings) return runs;
  return Invalid(fmt::format("A request may hold {} points, params, tags and ends, and has {}.",
                             kMaxThings, things));
}

StatusOr<Sequenced> SequenceOf(const v1::IngestRequest& request) {
  Sequenced sequenced{request.producer_id(), request.epoch(), request.first_seq(), std::nullopt};
  RETURN_IF_ERROR(CheckProducerId(sequenced.producer_id));
  if (request.first_seq() < 0) return Invalid("first_seq must not be negative.");
  if (!request.has_gap()) return sequenced;
  const v1::GapNotice& notice = request.gap();
  if (notice.first_seq() < 0 || notice.last_seq() < notice.first_seq() ||
      notice.last_seq() >= request.first_seq()) {
    return Invalid("A gap is [first_seq, last_seq], and lies before the request's first_seq.");
  }
  sequenced.gap = Gap{notice.first_seq(),
                      notice.last_seq(),
                      notice.reason(),
                      {notice.run_ids().begin(), notice.run_ids().end()}};
  return sequenced;
}

}  // namespace rookery::tracking
