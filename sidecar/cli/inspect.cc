#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "sidecar/cli/commands.h"
#include "sidecar/forward/ledger.h"
#include "sidecar/forward/quarantine.h"
#include "sidecar/journal/memory.h"
#include "sidecar/journal/write_scan.h"
#include "sidecar/spool/folder_view.h"

namespace rookery::sidecar {
namespace {

using Is = spool::Reader::Item::Is;

std::string PlaceText(spool::Position position) {
  return fmt::format("{}:{}", position.segment, position.offset);
}

// What lies behind what is noted to be upstream.
struct Backlog {
  int64_t records = 0;
  int64_t calls = 0;
  int64_t things = 0;
  int64_t points = 0;
  uint64_t bytes = 0;
  int64_t lost_things = 0;
  absl::Time oldest = absl::InfiniteFuture();
};

StatusOr<Backlog> BacklogOf(const spool::FolderView& view, spool::LaneId lane,
                            spool::Position from) {
  Backlog backlog;
  const auto reader = view.Read(lane, from);
  for (;;) {
    ASSIGN_OR_RETURN(const auto item, reader->Next());
    if (item.is == Is::kEnd) return backlog;
    if (item.is == Is::kGap) {
      backlog.lost_things += item.gap.last_seq - item.gap.first_seq + 1;
      continue;
    }
    if (item.record.kind == spool::Kind::kNote) continue;
    backlog.oldest = std::min(backlog.oldest, item.record.received);
    backlog.bytes += item.record.payload.size();
    if (item.record.kind == spool::Kind::kCall) {
      ++backlog.calls;
      continue;
    }
    ++backlog.records;
    backlog.things += item.record.things;
    if (const auto scan = ScanWrite(item.record.payload)) backlog.points += scan->points;
  }
}

Status PrintLane(const spool::FolderView& view, const Memory& memory, spool::LaneId id) {
  const spool::LaneRow& row = view.lanes()[id];
  const Confirmed confirmed = memory.ConfirmedNote(id);
  const Settled& settled = confirmed.settled();
  const spool::Position from{confirmed.segment(), confirmed.offset()};
  ASSIGN_OR_RETURN(const Backlog backlog, BacklogOf(view, id, from));
  fmt::print("lane {} workspace '{}': next number {}, {} points taken in\n", id, row.name,
             row.next_seq, memory.PointsOf(id).points);
  fmt::print(
      "  noted as upstream: all before {}, number {}; points: {} confirmed, {} quarantined, "
      "{} lost, {} refused\n",
      PlaceText(from), confirmed.next_seq(), settled.confirmed(), settled.quarantined(),
      settled.gap(), settled.refused());
  fmt::print("  behind it: {} writes, {} calls, {} things, {} points, {} bytes, {} numbers lost\n",
             backlog.records, backlog.calls, backlog.things, backlog.points, backlog.bytes,
             backlog.lost_things);
  if (backlog.oldest != absl::InfiniteFuture()) {
    fmt::print("  oldest: {} ({:.0f} s ago)\n", absl::FormatTime(backlog.oldest),
               std::max(0.0, absl::ToDoubleSeconds(absl::Now() - backlog.oldest)));
  }
  return absl::OkStatus();
}

Status Inspect(const std::string& folder) {
  Memory memory;
  ASSIGN_OR_RETURN(const auto view,
                   spool::FolderView::Open(spool::FileSystem::Posix(), folder, memory));
  fmt::print("spool {} of producer {}\n", folder, view->producer_id());
  for (const auto& segment : view->segments()) {
    fmt::print("segment {}: records from {} to {}, begun {}{}\n", segment->number, segment->body,
               segment->end.load(), absl::FormatTime(segment->begun),
               segment->body == 0 ? ", its header is damaged" : "");
  }
  fmt::print("the log ends at {}\n", PlaceText(view->end()));
  for (size_t lane = 0; lane < view->lanes().size(); ++lane) {
    RETURN_IF_ERROR(PrintLane(*view, memory, static_cast<spool::LaneId>(lane)));
  }
  ASSIGN_OR_RETURN(const auto refused, Quarantine(QuarantinePath(folder)).List());
  int64_t points = 0;
  for (const QuarantinedRecord& record : refused) points += record.points();
  fmt::print("quarantine: {} records, {} points\n", refused.size(), points);
  return absl::OkStatus();
}

}  // namespace

void AddInspect(program::Program& program) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& command = *program.app().add_subcommand(
      "inspect",
      "Show what a spool holds: its segments, and of each workspace what is upstream and what is "
      "not.\n"
      "Reads only, and works beside a running sidecar. What is upstream is noted every two "
      "seconds, "
      "so a little of what it counts as behind may be there already.");
  command.add_option("--spool", *folder, "The spool's folder")->required();
  program.OnRun(command, [=] { return Inspect(*folder); });
}

}  // namespace rookery::sidecar
