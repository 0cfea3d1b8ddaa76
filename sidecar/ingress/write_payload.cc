#include "sidecar/ingress/write_payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "services/tracking/rules/ingest_checks.h"
#include "sidecar/face/run_writes.h"
#include "sidecar/ingress/drop_first.h"
#include "sidecar/journal/records.pb.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

// Behind the runs comes what the journal adds.
constexpr size_t kTailBytes = 256;

// A copy of `run` with its long values cut, where it has values that may be long.
StatusOr<std::optional<v1::RunIngest>> Checked(const std::string& path, const v1::RunIngest& run) {
  tracking::Params params;
  tracking::RunTags tags;
  RETURN_IF_ERROR(tracking::CheckAndCutRun(path, run, &params, &tags));
  if (params.empty() && tags.empty()) return std::nullopt;
  v1::RunIngest copy = run;
  *copy.mutable_params() = std::move(params);
  *copy.mutable_tags() = std::move(tags);
  return copy;
}

// As a field of a WriteRecord. Not by one that holds it: that would be a copy of all points.
void Add(const v1::RunIngest& run, WritePayload* payload) {
  constexpr char kTag = WriteRecord::kRunsFieldNumber << 3 | 2;
  payload->bytes.push_back(kTag);
  auto size = static_cast<uint32_t>(run.ByteSizeLong());
  for (; size >= 0x80; size >>= 7) payload->bytes.push_back(static_cast<char>(size | 0x80));
  payload->bytes.push_back(static_cast<char>(size));
  run.AppendToString(&payload->bytes);
  payload->things += tracking::ThingsOf(run);
  payload->priority = std::max(payload->priority, PriorityOf(run));
}

}  // namespace

StatusOr<WritePayload> PayloadOf(const v1::IngestRequest& request) {
  WritePayload payload;
  payload.bytes.reserve(request.ByteSizeLong() + kTailBytes);
  for (int i = 0; i < request.runs_size(); ++i) {
    ASSIGN_OR_RETURN(const auto cut, Checked(fmt::format("runs[{}]", i), request.runs(i)));
    Add(cut ? *cut : request.runs(i), &payload);
  }
  RETURN_IF_ERROR(tracking::CheckThings(payload.things));
  return payload;
}

WritePayload PayloadWithout(const v1::IngestRequest& request, int64_t skipped) {
  WritePayload payload;
  for (const v1::RunIngest& run : request.runs()) {
    const int64_t things = tracking::ThingsOf(run);
    const int64_t dropped = std::min(skipped, things);
    skipped -= dropped;
    if (dropped == things) continue;
    auto copy = Checked("", run);
    v1::RunIngest left = copy.ok() && *copy ? **std::move(copy) : run;
    DropFirst(dropped, &left);
    Add(left, &payload);
  }
  return payload;
}

WritePayload PayloadOfTag(const std::string& run_id, const std::string& key,
                          const std::string& value) {
  v1::RunIngest run;
  run.mutable_metrics()->set_run_id(run_id);
  v1::RunTag& tag = *run.add_tags();
  tag.set_key(key);
  tag.set_value(value);
  WritePayload payload;
  Add(run, &payload);
  return payload;
}

}  // namespace rookery::sidecar
