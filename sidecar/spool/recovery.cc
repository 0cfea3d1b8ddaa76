#include "sidecar/spool/recovery.h"

#include <spdlog/spdlog.h>

#include <iterator>
#include <ranges>
#include <utility>

#include "sidecar/spool/folder_survey.h"
#include "sidecar/spool/record_scanner.h"
#include "sidecar/spool/torn_tail.h"

namespace rookery::spool {
namespace {

using Item = RecordScanner::Item;

// Gives each segment its end, and takes out the last ones if their headers are damaged and no
// record is in them.
Status FindEnds(FileSystem& files, Survey* survey) {
  auto& segments = survey->segments;
  for (auto at = segments.begin(); at != segments.end();) {
    auto& [number, found] = *at;
    if (!found.end) {
      ASSIGN_OR_RETURN(const auto file, files.Open(found.path, /*writable=*/false));
      std::optional<uint64_t> first_group;
      if (found.header) first_group = found.header->first_group;
      ASSIGN_OR_RETURN(found.end,
                       FindEnd(*file, number, found.body, found.file_bytes, first_group));
    }
    const bool is_nothing = !found.header && *found.end == 0 && std::next(at) == segments.end();
    at = is_nothing ? segments.erase(at) : std::next(at);
  }
  return absl::OkStatus();
}

void FillSet(const Survey& survey, SegmentSet* set) {
  for (const auto& [number, found] : survey.segments) {
    auto segment = std::make_shared<Segment>();
    segment->number = number;
    segment->path = found.path;
    segment->file_bytes = found.file_bytes;
    segment->body = found.body;
    segment->next_seqs = found.next_seqs;
    // Before the first one of all there was nothing, whatever became of its head.
    if (number == 1 && !found.header) segment->next_seqs.emplace();
    if (found.header) segment->begun = absl::FromUnixNanos(found.header->begun_ns);
    segment->end = *found.end;
    set->Add(segment);
  }
}

// The newest segment whose state could be restored, or else the first.
StatusOr<uint64_t> RestoreState(FileSystem& files, const Survey& survey, State* state) {
  for (const auto& [number, found] : std::ranges::reverse_view(survey.segments)) {
    if (!found.has_state) continue;
    ASSIGN_OR_RETURN(const auto file, files.Open(found.path, /*writable=*/false));
    const auto header = ReadSegmentHeader(*file);
    if (absl::IsUnavailable(header.status())) return header.status();
    // It could be read a moment ago; a disk that fails may say something else now.
    if (!header.ok() || !header->state) continue;
    const Status restored = state->Restore(*header->state);
    if (restored.ok()) return number;
    spdlog::error("Spool: the state in '{}' cannot be restored: {}", found.path,
                  std::string(restored.message()));
  }
  spdlog::error("Spool: no state can be restored; it is that of the records that are left");
  return survey.segments.begin()->first;
}

class Replay {
 public:
  Replay(const SpoolMetrics& metrics, State* state, LaneTable* lanes)
      : metrics_(metrics), state_(*state), lanes_(*lanes) {}

  Status Segment(FileSystem& files, uint64_t number, const FoundSegment& found) {
    ASSIGN_OR_RETURN(const auto file, files.Open(found.path, /*writable=*/false));
    if (found.next_seqs) {
      const auto header = ReadSegmentHeader(*file);
      if (absl::IsUnavailable(header.status())) return header.status();
      if (header.ok() && header->lanes) lanes_.Merge(*header->lanes);
    }
    RecordScanner scanner(*file, number, found.body, *found.end);
    for (;;) {
      ASSIGN_OR_RETURN(const Item item, scanner.Next());
      // What a damaged header leaves before the first record is not known to be damaged records.
      if (item.after_damage && found.header) metrics_.corrupt_records.Increment();
      if (item.is == Item::Is::kEnd) return absl::OkStatus();
      Take(number, item);
    }
  }

 private:
  void Take(uint64_t number, const Item& item) {
    const RecordHeader& header = item.header;
    if (item.is == Item::Is::kDamagedPayload) {
      metrics_.corrupt_records.Increment();
      if (header.kind != kSealKind) lanes_.Merge(header.lane, header.next_seq(), "");
      return;
    }
    if (header.kind == kLaneKind) {
      const auto lane = DecodeLane(item.payload);
      if (lane) lanes_.Merge(header.lane, lane->next_seq, lane->name);
    } else if (header.kind == kSealKind) {
      std::string_view payload = item.payload;
      if (const auto rows = DecodeLanes(&payload, header.things)) lanes_.Merge(*rows);
    } else {
      lanes_.Merge(header.lane, header.next_seq(), "");
      state_.Apply(AsRecord(number, item.offset, header, item.payload));
    }
  }

  const SpoolMetrics& metrics_;
  State& state_;
  LaneTable& lanes_;
};

void RemoveAbandoned(FileSystem& files, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (const Status removed = files.Remove(path); !removed.ok()) {
      spdlog::warn("Spool: {}", std::string(removed.message()));
    }
  }
}

}  // namespace

StatusOr<Recovered> Recover(FileSystem& files, const std::string& folder,
                            const Producers& producers, const SpoolMetrics& metrics, State* state,
                            SegmentSet* set) {
  Recovered recovered;
  ASSIGN_OR_RETURN(Survey survey, SurveyFolder(files, folder, producers));
  recovered.greatest_number = survey.greatest_number;
  RETURN_IF_ERROR(FindEnds(files, &survey));
  RemoveAbandoned(files, survey.abandoned);
  if (survey.segments.empty()) return recovered;

  ASSIGN_OR_RETURN(const uint64_t basis, RestoreState(files, survey, state));
  Replay replay(metrics, state, &recovered.lanes);
  for (auto at = survey.segments.find(basis); at != survey.segments.end(); ++at) {
    RETURN_IF_ERROR(replay.Segment(files, at->first, at->second));
  }
  FillSet(survey, set);
  set->KeepFrom(basis);
  const auto& [last, found] = *survey.segments.rbegin();
  recovered.end = {last, static_cast<uint32_t>(*found.end)};
  std::vector<int64_t> next_seqs;
  for (const LaneRow& row : recovered.lanes.rows()) next_seqs.push_back(row.next_seq);
  set->SetRecovered(last, std::move(next_seqs));
  return recovered;
}

}  // namespace rookery::spool
