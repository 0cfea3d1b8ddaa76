#include "sidecar/spool/log_reader.h"

#include <algorithm>
#include <utility>

#include "sidecar/spool/lane_table.h"

namespace rookery::spool {
namespace {

// In place of one that somebody removed: all that was in it is missing.
class NoFile final : public File {
 public:
  StatusOr<size_t> ReadAt(uint64_t, std::span<char>) const override { return 0; }
  Status WriteAt(uint64_t, std::string_view) override { return absl::UnavailableError("no file"); }
  Status Sync() override { return absl::UnavailableError("no file"); }
  StatusOr<uint64_t> Size() const override { return 0; }
  StatusOr<Identity> Identify() const override { return Identity{}; }
};

}  // namespace

LogReader::LogReader(FileSystem& files, const SegmentSet& set, const SpoolMetrics& metrics,
                     LaneId lane, Position from, std::optional<int64_t> seq)
    : files_(files), set_(set), metrics_(metrics), lane_(lane), from_(from), seq_(seq) {}

StatusOr<Reader::Item> LogReader::Next() {
  if (held_) {
    Item item{.is = Item::Is::kRecord, .record = *held_};
    held_.reset();
    return item;
  }
  for (;;) {
    if (segment_ == nullptr) {
      ASSIGN_OR_RETURN(const bool entered, Enter());
      if (!entered) return Item{};
      expected_ = seq_;
      if (seq_ && segment_->next_seqs) expected_ = std::min(*seq_, segment_->next_seq(lane_));
      if (const auto gap = ExpectHead()) return Tell(*gap);
    }
    auto scanned = scanner_->Next();
    if (!scanned.ok()) {
      metrics_.read_errors.Increment();
      return scanned.status();
    }
    if (scanned->is != Scanned::Is::kEnd) {
      if (scanned->after_damage || scanned->is == Scanned::Is::kDamagedPayload) {
        metrics_.corrupt_records.Increment();
      }
      if (auto item = Take(*scanned)) return *std::move(item);
      continue;
    }
    // In this order: once there is a next segment, this one does not grow.
    const SegmentRef next = set_.After(segment_->number);
    if (const uint64_t end = segment_->end; end > scanner_->end()) {
      scanner_->set_end(end);
      continue;
    }
    if (next == nullptr) return AtEnd();
    RETURN_IF_ERROR(Open(next));
    if (const auto gap = ExpectHead()) return Tell(*gap);
  }
}

Position LogReader::position() const {
  if (segment_ == nullptr) return from_;
  if (held_) return held_->position;
  return std::max(from_, Position{segment_->number, static_cast<uint32_t>(scanner_->offset())});
}

SegmentRef LogReader::First() const {
  if (seq_) {
    if (SegmentRef before = set_.Before(lane_, *seq_)) return before;
    return set_.First();
  }
  // Numbers are counted from the head of a segment, since what is missing may be just at `from`.
  for (uint64_t number = from_.segment; number > 0;) {
    SegmentRef segment = set_.AtOrBefore(number);
    if (segment == nullptr) break;
    if (segment->next_seqs) return segment;
    number = segment->number - 1;
  }
  return set_.First();
}

StatusOr<bool> LogReader::Enter() {
  SegmentRef first = First();
  if (first == nullptr) return false;
  RETURN_IF_ERROR(Open(std::move(first)));
  return true;
}

Status LogReader::Open(SegmentRef segment) {
  auto file = files_.Open(segment->path, /*writable=*/false);
  if (absl::IsNotFound(file.status())) {
    file = std::make_unique<NoFile>();
  } else if (!file.ok()) {
    metrics_.read_errors.Increment();
    return absl::UnavailableError(file.status().message());
  }
  file_ = *std::move(file);
  segment_ = std::move(segment);
  scanner_.emplace(*file_, segment_->number, segment_->body, segment_->end);
  return absl::OkStatus();
}

std::optional<Gap> LogReader::Expect(int64_t seq) {
  if (!expected_) {
    expected_ = seq;
    return std::nullopt;
  }
  if (seq <= *expected_) return std::nullopt;
  const int64_t first = std::max(std::exchange(expected_, seq).value(), seq_.value_or(0));
  // What is missing before `from` was told to whoever read until there.
  const Position here{segment_->number, static_cast<uint32_t>(scanner_->offset())};
  if (first >= seq || (!seq_ && here <= from_)) return std::nullopt;
  return Gap{.lane = lane_, .first_seq = first, .last_seq = seq - 1};
}

std::optional<Gap> LogReader::ExpectHead() {
  if (!segment_->next_seqs) return std::nullopt;
  return Expect(segment_->next_seq(lane_));
}

std::optional<Reader::Item> LogReader::Take(const Scanned& scanned) {
  const RecordHeader& header = scanned.header;
  if (header.kind == kSealKind) {
    if (scanned.is == Scanned::Is::kDamagedPayload) return std::nullopt;
    std::string_view payload = scanned.payload;
    const auto rows = DecodeLanes(&payload, header.things);
    if (!rows || lane_ >= rows->size()) return std::nullopt;
    if (const auto gap = Expect((*rows)[lane_].next_seq)) return Tell(*gap);
    return std::nullopt;
  }
  if (header.lane != lane_) return std::nullopt;
  if (scanned.is == Scanned::Is::kDamagedPayload) {
    if (const auto gap = Expect(header.next_seq())) return Tell(*gap);
    return std::nullopt;
  }
  const auto gap = Expect(header.first_seq);
  if (header.kind == kLaneKind) {
    if (const auto lane = DecodeLane(scanned.payload)) {
      expected_ = std::max(*expected_, lane->next_seq);
    }
    if (gap) return Tell(*gap);
    return std::nullopt;
  }
  expected_ = std::max(*expected_, header.next_seq());
  const Record record = AsRecord(segment_->number, scanned.offset, header, scanned.payload);
  auto item = Hand(record);
  if (!gap) return item;
  if (item) held_ = record;
  return Tell(*gap);
}

std::optional<Reader::Item> LogReader::Hand(const Record& record) {
  if (record.position < from_) return std::nullopt;
  if (seq_) {
    // A call before number `seq` may not have been made, and making it again changes nothing.
    const bool wanted =
        record.things == 0 ? record.first_seq >= *seq_ : record.first_seq + record.things > *seq_;
    if (!wanted) return std::nullopt;
  }
  return Item{.is = Item::Is::kRecord, .record = record};
}

Reader::Item LogReader::AtEnd() {
  if (const auto next_seq = set_.RecoveredAfter(segment_->number, lane_)) {
    if (const auto gap = Expect(*next_seq)) return Tell(*gap);
  }
  return Item{};
}

Reader::Item LogReader::Tell(const Gap& gap) {
  metrics_.gap_things.Increment(static_cast<double>(gap.last_seq - gap.first_seq + 1));
  return Item{.is = Item::Is::kGap, .gap = gap};
}

}  // namespace rookery::spool
