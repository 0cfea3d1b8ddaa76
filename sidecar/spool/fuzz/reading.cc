#include "sidecar/spool/fuzz/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <limits>
#include <memory>
#include <vector>

#include "libs/base/clock.h"
#include "sidecar/spool/bytes.h"
#include "sidecar/spool/checksum.h"
#include "sidecar/spool/folder_view.h"
#include "sidecar/spool/record_codec.h"
#include "sidecar/spool/segment_header.h"
#include "sidecar/spool/spool.h"
#include "sidecar/spool/testing/fold_state.h"
#include "sidecar/spool/testing/simulated_disk.h"
#include "sidecar/spool/testing/small_options.h"

namespace rookery::spool::fuzz {
namespace {

using testing::FoldState;
using testing::kFolder;
using testing::SimulatedDisk;
using testing::SmallOptions;

constexpr size_t kSegments = 2;
// As docs/formats/spool.md has them.
constexpr std::string_view kRecordMagic = "RS";
constexpr size_t kHeaderCrcAt = 20;
constexpr size_t kSegmentAt = 24;
constexpr size_t kFlagsAt = 3;
constexpr size_t kPayloadBytesAt = 8;
constexpr size_t kGroupAt = 32;

Status Wrong(std::string_view what) { return absl::InternalError(fmt::format("{}", what)); }

StatusOr<Appended> Append(Spool& spool, LaneId lane, std::string_view payload) {
  std::promise<StatusOr<Appended>> answer;
  spool.Append({.lane = lane, .things = 2, .payload = payload},
               [&](StatusOr<Appended> appended) { answer.set_value(std::move(appended)); });
  return answer.get_future().get();
}

std::unique_ptr<SimulatedDisk> NewDisk() {
  auto disk = std::make_unique<SimulatedDisk>();
  for (size_t life = 0; life < kSegments; ++life) {
    FoldState state;
    const auto spool = Spool::Open(*disk, Clock::Real(), SmallOptions(), state);
    for (int i = 0; spool.ok() && i < 3; ++i) {
      for (const char* name : {"w", "v"}) {
        const auto lane = (*spool)->LaneOf(name);
        if (lane.ok()) Append(**spool, *lane, std::string(5 + i * 7, 'a')).IgnoreError();
      }
    }
  }
  return disk;
}

// What all texts are put into.
const SimulatedDisk& Template() {
  static const std::unique_ptr<const SimulatedDisk> disk = NewDisk();
  return *disk;
}

std::string PathOf(bool first) {
  std::vector<std::string> paths;
  for (const std::string& path : Template().Paths()) {
    if (Template().Bytes(path).starts_with("RKSPOOL1")) paths.push_back(path);
  }
  return first ? paths.front() : paths.back();
}

void RepairHead(std::string* segment) {
  char* const at = segment->data();
  const size_t size = std::min<size_t>(kHeaderAlignment, segment->size());
  const uint32_t crc = Crc(std::string_view(at + kSegmentAt, size - kSegmentAt),
                           Crc(std::string_view(at, kHeaderCrcAt)));
  PutAt(crc, at + kHeaderCrcAt);
}

void RepairRecords(std::string* segment) {
  const auto number = Get<uint64_t>(segment->data() + kSegmentAt);
  for (size_t offset = kHeaderAlignment; offset + kRecordHeaderBytes <= segment->size();) {
    char* const at = segment->data() + offset;
    const uint64_t bytes = RecordBytes(Get<uint32_t>(at + kPayloadBytesAt));
    if (!std::string_view(at, 2).starts_with(kRecordMagic) || offset + bytes > segment->size()) {
      offset += kRecordAlignment;
      continue;
    }
    FinishRecord(at, number, offset, Get<uint64_t>(at + kGroupAt), Get<uint8_t>(at + kFlagsAt));
    offset += bytes;
  }
}

// Whether what is told must fit together: not if somebody made checksums of contradictions.
enum class Trust { kOrder, kNothing };
// More than the bytes of all segments have room for.
constexpr size_t kMaxLines = 10'000;

// A lane as a reader tells it.
struct Told {
  std::vector<std::string> lines;
  int64_t next_seq = 0;
};

StatusOr<Told> ReadLane(Reader& reader, Trust trust) {
  Told told;
  Position last;
  for (;;) {
    ASSIGN_OR_RETURN(const Reader::Item item, reader.Next());
    if (item.is == Reader::Item::Is::kEnd) return told;
    if (told.lines.size() > kMaxLines) return Wrong("The lane has no end.");
    const bool is_gap = item.is == Reader::Item::Is::kGap;
    const int64_t first = is_gap ? item.gap.first_seq : item.record.first_seq;
    if (trust == Trust::kOrder && first < told.next_seq) return Wrong("A number is told twice.");
    if (is_gap) {
      if (item.gap.last_seq < first) return Wrong("A gap is empty.");
      if (item.gap.last_seq == std::numeric_limits<int64_t>::max()) {
        return Wrong("A gap has no end.");
      }
      told.next_seq = item.gap.last_seq + 1;
      told.lines.push_back(fmt::format("gap {} {}", first, item.gap.last_seq));
      continue;
    }
    if (item.record.position <= last) return Wrong("Records are not in the order of the log.");
    last = item.record.position;
    told.next_seq = first + item.record.things;
    told.lines.push_back(fmt::format("{} {} {}", first, item.record.things, item.record.payload));
  }
}

Status LookAt(SimulatedDisk& disk, Trust trust) {
  FoldState state;
  const auto view = FolderView::Open(disk, kFolder, state);
  if (absl::IsFailedPrecondition(view.status())) return absl::OkStatus();
  RETURN_IF_ERROR(view.status());
  for (const SegmentRef& segment : (*view)->segments()) {
    RETURN_IF_ERROR((*view)->CheckSegment(*segment).status());
  }
  for (size_t lane = 0; lane < (*view)->lanes().size(); ++lane) {
    RETURN_IF_ERROR(ReadLane(*(*view)->Read(static_cast<LaneId>(lane), {}), trust).status());
  }
  return absl::OkStatus();
}

Status GoOn(SimulatedDisk& disk, Trust trust) {
  FoldState state;
  const auto opened = Spool::Open(disk, Clock::Real(), SmallOptions(), state);
  if (absl::IsFailedPrecondition(opened.status())) return absl::OkStatus();
  RETURN_IF_ERROR(opened.status());
  Spool& spool = **opened;
  for (const Spool::Lane& lane : spool.Lanes()) {
    ASSIGN_OR_RETURN(const Told told, ReadLane(*spool.Read(lane.id, {}), trust));
    if (trust == Trust::kOrder && told.next_seq > lane.next_seq) {
      return Wrong("A number would be given twice.");
    }
    const auto appended = Append(spool, lane.id, "more");
    // A lane whose numbers are used up takes no more.
    if (!appended.ok() || trust == Trust::kNothing) continue;
    if (appended->first_seq < told.next_seq) return Wrong("A number was given twice.");
    ASSIGN_OR_RETURN(const Told again, ReadLane(*spool.Read(lane.id, {}), trust));
    const size_t before = told.lines.size();
    if (again.lines.size() <= before ||
        !std::equal(told.lines.begin(), told.lines.end(), again.lines.begin())) {
      return Wrong("What came later changed what was read.");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string UndamagedSegment(bool first) { return Template().Bytes(PathOf(first)); }

std::string AsText(char replaces, std::string_view segment) {
  segment = segment.substr(0, segment.find_last_not_of('\0') + 1);
  if ((replaces & kHead) == 0)
    segment.remove_prefix(std::min<size_t>(kHeaderAlignment, segment.size()));
  return replaces + std::string(segment);
}

Status ReadAnything(std::string_view text) {
  if (text.empty()) return absl::OkStatus();
  const char replaces = text.front();
  text.remove_prefix(1);
  const std::string path = PathOf((replaces & kOfFirst) != 0);
  const std::string whole = Template().Bytes(path);
  std::string segment((replaces & kHead) != 0 ? "" : whole.substr(0, kHeaderAlignment));
  segment.append(text.substr(0, whole.size() - segment.size()));
  if ((replaces & kEndsThere) == 0) segment.resize(whole.size());
  if ((replaces & kAsItIs) == 0 && segment.size() >= kHeaderAlignment) {
    RepairHead(&segment);
    RepairRecords(&segment);
  }
  const std::unique_ptr<SimulatedDisk> disk = Template().AfterKill();
  disk->SetBytes(path, std::move(segment));
  const Trust trust = (replaces & kAsItIs) == 0 ? Trust::kNothing : Trust::kOrder;
  RETURN_IF_ERROR(LookAt(*disk, trust));
  return GoOn(*disk, trust);
}

}  // namespace rookery::spool::fuzz
