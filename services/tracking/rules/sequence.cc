#include "services/tracking/rules/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace rookery::tracking {
namespace {

constexpr size_t kMaxProducerId = 128;

Status Invalid(const std::string& message) { return absl::InvalidArgumentError(message); }

Status SequenceGap(const Sequenced& sequenced, int64_t expected) {
  return absl::OutOfRangeError(
      fmt::format("The producer '{}' is expected to send number {} next, and this request begins "
                  "with {}. Send what is missing, or a GapNotice if it is lost.",
                  sequenced.producer_id, expected, sequenced.first_seq));
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

StatusOr<int64_t> StoredBefore(const Sequenced& sequenced, int64_t things, int64_t epoch,
                               int64_t next_seq) {
  if (sequenced.epoch != epoch) {
    return Fenced(sequenced.producer_id, sequenced.epoch, epoch);
  }
  int64_t expected = next_seq;
  // A gap that begins at most where the producer is, and ends where the request begins.
  if (sequenced.gap && sequenced.gap->first_seq <= expected &&
      sequenced.gap->last_seq >= expected) {
    expected = sequenced.gap->last_seq + 1;
  }
  if (sequenced.first_seq > expected) return SequenceGap(sequenced, expected);
  return std::min(expected - sequenced.first_seq, things);
}

Status Fenced(std::string_view producer_id, int64_t told, int64_t epoch) {
  return WithFact(
      absl::FailedPreconditionError(fmt::format(
          "The producer '{}' was opened again: its epoch is {}, and this request's is {}. Only who "
          "opened it last may write.",
          producer_id, epoch, told)),
      "epoch", std::to_string(epoch));
}

Status ProducerNotFound(std::string_view producer_id) {
  return absl::NotFoundError(
      fmt::format("The producer '{}' was never opened. Call OpenProducer first; if it had written "
                  "before, its numbers are lost here and need a GapNotice.",
                  producer_id));
}

}  // namespace rookery::tracking
