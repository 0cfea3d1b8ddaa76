#include "sidecar/forward/batch.h"

#include <utility>

namespace rookery::sidecar {

bool Batch::Takes(const KeptRecord& record) const {
  return records_.empty() || (records_.back().end_seq() == record.record.first_seq &&
                              bytes_ + record.payload.size() <= kMaxBytes &&
                              things_ + record.record.things <= kMaxThings);
}

void Batch::Add(KeptRecord record) {
  bytes_ += record.payload.size();
  things_ += record.record.things;
  records_.push_back(std::move(record));
}

StatusOr<EncodedIngest> RequestOf(std::span<const KeptRecord> records) {
  EncodedIngest request;
  // As records.proto says, the payloads one after the other are a request.
  for (const KeptRecord& kept : records) {
    if (!request.MergeFromString(kept.payload)) {
      return absl::DataLossError("A record of the spool holds no write.");
    }
  }
  // The producer that a record came from is the sidecar's business.
  request.DiscardUnknownFields();
  request.set_first_seq(records.front().record.first_seq);
  return request;
}

}  // namespace rookery::sidecar
