// What of a lane comes next.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "sidecar/forward/batch.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// Makes batches of the records that a reader gives. Used by one thread.
class LaneSource {
 public:
  struct Work {
    enum class Is {
      kNothing,  // all that is on disk was handed out
      kBatch,
      kCall,
      kPassed,   // nothing but what `passed` holds
      kMissing,  // numbers that are expected do not come; `gap` says which
      kDamaged,  // the same, and the records that held them cannot be read
    };
    Is is = Is::kNothing;
    // What came before it and holds only what the upstream has.
    std::vector<KeptRecord> passed;  // without their payloads
    // kNothing: records after those that were handed out are lost.
    bool is_after_gap = false;
    Batch batch;
    // kBatch: nothing is on disk behind it yet.
    bool is_newest = false;
    KeptRecord call;
    spool::Gap gap;
    // Where the lane goes on when this is done.
    spool::Position end;
  };

  explicit LaneSource(std::unique_ptr<spool::Reader> reader) : reader_(std::move(reader)) {}

  // `expected` is the number that the upstream expects: what holds lower ones only is not to be
  // sent, and notes are left out. Errors as spool::Reader::Next.
  StatusOr<Work> Next(int64_t expected);

 private:
  struct Item {
    spool::Reader::Item::Is is;
    KeptRecord record;
    spool::Gap gap;
  };

  StatusOr<Item> Read();

  const std::unique_ptr<spool::Reader> reader_;
  // Was read and does not belong to what was handed out.
  std::optional<Item> held_;
  // Something is lost before the next record.
  bool is_after_gap_ = false;
};

}  // namespace rookery::sidecar
