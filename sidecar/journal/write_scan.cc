#include "sidecar/journal/write_scan.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <string>

namespace rookery::sidecar {
namespace {

using google::protobuf::internal::WireFormatLite;
using In = google::protobuf::io::CodedInputStream;

constexpr auto kBytes = WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
constexpr uint32_t kValuePacked =
    WireFormatLite::MakeTag(tracking::v1::MetricColumns::kValueFieldNumber, kBytes);
constexpr uint32_t kValue = WireFormatLite::MakeTag(tracking::v1::MetricColumns::kValueFieldNumber,
                                                    WireFormatLite::WIRETYPE_FIXED64);
constexpr uint32_t kMetrics =
    WireFormatLite::MakeTag(tracking::v1::RunIngest::kMetricsFieldNumber, kBytes);
constexpr uint32_t kRuns = WireFormatLite::MakeTag(WriteRecord::kRunsFieldNumber, kBytes);
constexpr uint32_t kProducer = WireFormatLite::MakeTag(WriteRecord::kProducerFieldNumber, kBytes);
constexpr uint32_t kDigest = WireFormatLite::MakeTag(WriteRecord::kDigestFieldNumber, kBytes);
constexpr uint32_t kPointsBefore =
    WireFormatLite::MakeTag(WriteRecord::kPointsBeforeFieldNumber, WireFormatLite::WIRETYPE_VARINT);

// Calls `take` with each field's tag; false: it is no message. `take` reads the field, or says that
// it is to be skipped by `kSkip`.
enum class Took { kRead, kSkip, kFailed };
template <typename Take>
bool ForEachField(In* in, Take take) {
  while (const uint32_t tag = in->ReadTag()) {
    switch (take(tag)) {
      case Took::kRead:
        break;
      case Took::kFailed:
        return false;
      case Took::kSkip:
        if (!WireFormatLite::SkipField(in, tag)) return false;
    }
  }
  return in->ConsumedEntireMessage();
}

// The same within a field that is a message.
template <typename Take>
Took ForEachFieldOfMessage(In* in, Take take) {
  uint32_t size = 0;
  if (!in->ReadVarint32(&size)) return Took::kFailed;
  const In::Limit limit = in->PushLimit(static_cast<int>(size));
  const bool is_read = ForEachField(in, take);
  in->PopLimit(limit);
  return is_read ? Took::kRead : Took::kFailed;
}

Took AddPoints(In* in, uint32_t tag, int64_t* points) {
  if (tag == kValue) {
    ++*points;
    return in->Skip(sizeof(double)) ? Took::kRead : Took::kFailed;
  }
  if (tag != kValuePacked) return Took::kSkip;
  uint32_t size = 0;
  if (!in->ReadVarint32(&size)) return Took::kFailed;
  *points += static_cast<int64_t>(size / sizeof(double));
  return in->Skip(static_cast<int>(size)) ? Took::kRead : Took::kFailed;
}

Took ReadProducer(In* in, std::optional<LocalProducer>* producer) {
  uint32_t size = 0;
  std::string bytes;
  if (!in->ReadVarint32(&size) || !in->ReadString(&bytes, static_cast<int>(size)) ||
      !producer->emplace().ParseFromString(bytes)) {
    return Took::kFailed;
  }
  return Took::kRead;
}

}  // namespace

std::optional<WriteScan> ScanWrite(std::string_view payload) {
  In in(reinterpret_cast<const uint8_t*>(payload.data()), static_cast<int>(payload.size()));
  WriteScan scan;
  const auto of_metrics = [&](uint32_t tag) { return AddPoints(&in, tag, &scan.points); };
  const auto of_run = [&](uint32_t tag) {
    return tag == kMetrics ? ForEachFieldOfMessage(&in, of_metrics) : Took::kSkip;
  };
  const bool is_read = ForEachField(&in, [&](uint32_t tag) {
    if (tag == kRuns) return ForEachFieldOfMessage(&in, of_run);
    if (tag == kProducer) return ReadProducer(&in, &scan.producer);
    if (tag == kDigest) {
      uint32_t size = 0;
      const bool is_whole =
          in.ReadVarint32(&size) && in.ReadString(&scan.digest, static_cast<int>(size));
      return is_whole ? Took::kRead : Took::kFailed;
    }
    if (tag != kPointsBefore) return Took::kSkip;
    uint64_t before = 0;
    if (!in.ReadVarint64(&before)) return Took::kFailed;
    scan.points_before = static_cast<int64_t>(before);
    return Took::kRead;
  });
  return is_read ? std::optional(std::move(scan)) : std::nullopt;
}

}  // namespace rookery::sidecar
