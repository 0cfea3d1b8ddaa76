#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "sidecar/cli/commands.h"
#include "sidecar/journal/memory.h"
#include "sidecar/spool/folder_view.h"

namespace rookery::sidecar {
namespace {

using Is = spool::Reader::Item::Is;

// A running sidecar may use segments again while they are read.
constexpr int kAttempts = 5;

struct Findings {
  int64_t segments = 0;
  int64_t records = 0;
  std::vector<std::string> problems;
  // A segment went away meanwhile: what is missing may be no damage.
  bool has_changed = false;
};

Status CheckLane(const spool::FolderView& view, spool::LaneId id, Findings* findings) {
  const auto reader = view.Read(id, {});
  for (;;) {
    ASSIGN_OR_RETURN(const auto item, reader->Next());
    if (item.is == Is::kEnd) return absl::OkStatus();
    if (item.is != Is::kGap) continue;
    findings->problems.push_back(fmt::format("workspace '{}': the numbers {} to {} are lost",
                                             view.lanes()[id].name, item.gap.first_seq,
                                             item.gap.last_seq));
  }
}

StatusOr<Findings> Read(const std::string& folder) {
  Memory memory;
  ASSIGN_OR_RETURN(const auto view,
                   spool::FolderView::Open(spool::FileSystem::Posix(), folder, memory));
  Findings findings;
  for (const auto& segment : view->segments()) {
    const auto check = view->CheckSegment(*segment);
    if (absl::IsNotFound(check.status())) {
      findings.has_changed = true;
      continue;
    }
    RETURN_IF_ERROR(check);
    ++findings.segments;
    findings.records += check->records;
    if (check->is_header_damaged) {
      findings.problems.push_back(
          fmt::format("segment {}: its header is damaged", segment->number));
    }
    if (check->damaged > 0) {
      findings.problems.push_back(fmt::format("segment {}: {} damaged places, the first at {}",
                                              segment->number, check->damaged,
                                              check->first_damage));
    }
  }
  for (size_t lane = 0; lane < view->lanes().size(); ++lane) {
    RETURN_IF_ERROR(CheckLane(*view, static_cast<spool::LaneId>(lane), &findings));
  }
  for (const auto& segment : view->segments()) {
    if (!view->IsStill(*segment)) findings.has_changed = true;
  }
  return findings;
}

Status Verify(const std::string& folder, int* exit_code) {
  ASSIGN_OR_RETURN(Findings findings, Read(folder));
  for (int i = 1; i < kAttempts && findings.has_changed && !findings.problems.empty(); ++i) {
    ASSIGN_OR_RETURN(findings, Read(folder));
  }
  for (const std::string& problem : findings.problems) fmt::print("{}\n", problem);
  fmt::print("{} segments, {} records: {}\n", findings.segments, findings.records,
             findings.problems.empty() ? "all whole" : "damaged");
  if (!findings.problems.empty()) *exit_code = 1;
  return absl::OkStatus();
}

}  // namespace

void AddVerify(program::Program& program, int* exit_code) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& command = *program.app().add_subcommand(
      "verify",
      "Read every record of a spool, and print what is damaged and which numbers are lost by it.\n"
      "Reads only, and works beside a running sidecar. Exit code 0: all is whole; 1: something is "
      "not. A sidecar starts over such a spool as over any, and tells the upstream what is lost.");
  command.add_option("--spool", *folder, "The spool's folder")->required();
  program.OnRun(command, [=] { return Verify(*folder, exit_code); });
}

}  // namespace rookery::sidecar
