// Where a request stands in what its producer writes.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::tracking {

// Numbers that a producer will never send.
struct Gap {
  int64_t first_seq = 0;
  int64_t last_seq = 0;
  std::string reason;
  std::vector<std::string> run_ids;
};

// Whose write it is, and where in what that producer writes it stands.
struct Sequenced {
  std::string producer_id;
  int64_t epoch = 0;
  int64_t first_seq = 0;
  std::optional<Gap> gap;
};

// INVALID_ARGUMENT: not a valid producer id.
Status CheckProducerId(const std::string& producer_id);

// INVALID_ARGUMENT: numbers that are negative, or a gap that is none.
StatusOr<Sequenced> SequenceOf(const v1::IngestRequest& request);

// How many of the request's `things` are stored already, where the producer has `epoch` and is
// expected to send `next_seq`. FAILED_PRECONDITION: fenced. OUT_OF_RANGE: numbers are missing.
StatusOr<int64_t> StoredBefore(const Sequenced& sequenced, int64_t things, int64_t epoch,
                               int64_t next_seq);

// FAILED_PRECONDITION: a request of epoch `told`, where the producer has another.
Status Fenced(std::string_view producer_id, int64_t told, int64_t epoch);

// NOT_FOUND.
Status ProducerNotFound(std::string_view producer_id);

}  // namespace rookery::tracking
