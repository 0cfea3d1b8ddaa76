#include "sidecar/spool/folder_survey.h"

#include <absl/algorithm/container.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "sidecar/spool/file_names.h"

namespace rookery::spool {
namespace {

// How sure it is which segment a file is.
enum class Claim { kName, kHeader, kBoth };

struct Candidate {
  uint64_t number = 0;
  Claim claim = Claim::kName;
  FoundSegment found;
};

StatusOr<Candidate> Examine(FileSystem& files, std::string path, uint64_t number) {
  ASSIGN_OR_RETURN(const auto file, files.Open(path, /*writable=*/false));
  Candidate candidate{.number = number};
  FoundSegment& found = candidate.found;
  found.path = std::move(path);
  ASSIGN_OR_RETURN(found.file_bytes, file->Size());
  auto header = ReadSegmentHeader(*file);
  if (absl::IsDataLoss(header.status())) {
    spdlog::warn("Spool: {} '{}'", std::string(header.status().message()), found.path);
    return candidate;
  }
  RETURN_IF_ERROR(header);
  candidate.claim = header->segment == number ? Claim::kBoth : Claim::kHeader;
  candidate.number = header->segment;
  found.body = EncodedBytes(*header);
  found.has_state = header->state && header->lanes;
  if (header->lanes) {
    found.next_seqs.emplace();
    for (const LaneRow& row : *header->lanes) found.next_seqs->push_back(row.next_seq);
  }
  header->state.reset();
  header->lanes.reset();
  found.header = *std::move(header);
  return candidate;
}

// Follows the headers from the newest segment back, and takes out what they pass over.
void Chain(Survey* survey) {
  auto& segments = survey->segments;
  uint64_t floor = 0;
  for (const auto& [number, found] : segments) {
    if (found.header) floor = std::max(floor, found.header->floor);
  }
  segments.erase(segments.begin(), segments.lower_bound(floor));

  for (auto at = segments.end(); at != segments.begin();) {
    --at;
    const auto& header = at->second.header;
    if (!header) continue;
    for (auto before = segments.upper_bound(header->previous); before != at;) {
      if (header->previous != 0) survey->abandoned.push_back(before->second.path);
      before = segments.erase(before);
    }
    const auto previous = segments.find(header->previous);
    if (previous != segments.end()) {
      previous->second.end = std::min<uint64_t>(header->previous_end, previous->second.file_bytes);
    }
  }
}

}  // namespace

StatusOr<bool> HasSegments(FileSystem& files, const std::string& folder) {
  ASSIGN_OR_RETURN(const auto names, files.List(folder));
  return absl::c_any_of(names, [](const auto& name) { return ParseSegmentName(name).has_value(); });
}

StatusOr<Survey> SurveyFolder(FileSystem& files, const std::string& folder,
                              const Producers& producers) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, files.List(folder));
  absl::c_sort(names);
  Survey survey;
  std::map<uint64_t, Claim> claims;
  for (const std::string& name : names) {
    const auto number = ParseSegmentName(name);
    if (!number) continue;
    survey.greatest_number = std::max(survey.greatest_number, *number);
    ASSIGN_OR_RETURN(Candidate candidate,
                     Examine(files, fmt::format("{}/{}", folder, name), *number));
    const auto& header = candidate.found.header;
    if (header && !absl::c_linear_search(producers, header->producer)) {
      spdlog::warn("Spool: '{}' is another spool's and left alone", candidate.found.path);
      continue;
    }
    survey.greatest_number = std::max(survey.greatest_number, candidate.number);
    const auto claim = claims.find(candidate.number);
    if (claim != claims.end() && claim->second >= candidate.claim) continue;
    claims[candidate.number] = candidate.claim;
    survey.segments[candidate.number] = std::move(candidate.found);
  }
  Chain(&survey);
  return survey;
}

}  // namespace rookery::spool
