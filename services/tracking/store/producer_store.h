// Rows of producers, who write by sequence numbers, and of what they have lost.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"

namespace rookery::tracking::store {

struct Producer {
  int64_t epoch = 0;
  int64_t next_seq = 0;
};

// Makes a producer that is new, and gives it the next epoch.
StatusOr<Producer> OpenProducer(db::Transaction& txn, std::string_view workspace,
                                std::string_view producer_id, int64_t now_ms);

// Those of the producers that there are; they are locked in the order of their ids.
StatusOr<std::map<std::string, Producer>> LockProducers(db::Transaction& txn,
                                                        std::string_view workspace,
                                                        const db::TextList& producer_ids);

Status MoveProducer(db::Transaction& txn, std::string_view workspace, std::string_view producer_id,
                    int64_t next_seq, int64_t now_ms);

// Numbers that a producer has lost.
struct IngestGap {
  std::string producer_id;
  int64_t first_seq = 0;
  int64_t last_seq = 0;
  std::string reason;
  // Runs that may lack something.
  std::vector<std::string> run_ids;
};
Status RecordGaps(db::Transaction& txn, std::string_view workspace,
                  const std::vector<IngestGap>& gaps, int64_t now_ms);

// Of each run that has any its gaps, oldest first; without run_ids.
StatusOr<std::map<std::string, std::vector<IngestGap>>> FindGapsOfRuns(db::Transaction& txn,
                                                                       std::string_view workspace,
                                                                       const db::TextList& run_ids);

}  // namespace rookery::tracking::store
