// Records of a lane that go upstream in one request.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/forward/encoded_ingest.pb.h"
#include "sidecar/forward/ledger.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// A record that outlives its reader.
struct KeptRecord {
  spool::Record record;  // without its payload
  std::string payload;
  // Where the lane goes on behind it.
  spool::Position end;
  CountedRecord counted;

  int64_t end_seq() const { return record.first_seq + record.things; }
};

// Records of kData whose numbers follow each other.
class Batch {
 public:
  static constexpr size_t kMaxBytes = 1 << 20;
  // The server takes 100,000.
  static constexpr int64_t kMaxThings = 50'000;

  // Whether `record` may join those that are there: it follows, and there is room. The first always
  // may.
  bool Takes(const KeptRecord& record) const;
  void Add(KeptRecord record);

  // Whether it is so large that there must be a backlog.
  bool IsLarge() const { return bytes_ >= kMaxBytes / 2 || things_ >= kMaxThings / 2; }
  bool empty() const { return records_.empty(); }
  const std::vector<KeptRecord>& records() const { return records_; }

 private:
  std::vector<KeptRecord> records_;
  size_t bytes_ = 0;
  int64_t things_ = 0;
};

// The request that stores `records`, which are not empty; producer and epoch are for the caller to
// fill in. DATA_LOSS: they hold no writes, which their checksums exclude.
StatusOr<EncodedIngest> RequestOf(std::span<const KeptRecord> records);

}  // namespace rookery::sidecar
