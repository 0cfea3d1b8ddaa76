// Ingest requests as records of the spool.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>

#include <cstdint>
#include <string>

#include "libs/base/status.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// The bytes of a WriteRecord's runs.
struct WritePayload {
  std::string bytes;
  int64_t things = 0;
  spool::Priority priority = spool::Priority::kLow;
};

// What `request` holds, checked as the server would check it and in its words, with long values cut
// as it cuts them. INVALID_ARGUMENT as there.
StatusOr<WritePayload> PayloadOf(const tracking::v1::IngestRequest& request);

// The same without its first `skipped` things, of a request that was checked.
WritePayload PayloadWithout(const tracking::v1::IngestRequest& request, int64_t skipped);

// A tag of the run.
WritePayload PayloadOfTag(const std::string& run_id, const std::string& key,
                          const std::string& value);

}  // namespace rookery::sidecar
