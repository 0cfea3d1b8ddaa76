// A quarantined record, sent again.
#pragma once

#include <string>

#include "libs/base/status.h"
#include "sidecar/forward/quarantined.pb.h"
#include "sidecar/forward/upstream.h"

namespace rookery::sidecar {

// Sends a write under a producer of its own, whose name is made of `producer_id` and the record's
// place: however often it is sent, it is stored once. A call is made as it was, and OK if what it
// makes is there. Errors of the upstream.
Status ReplayRecord(const QuarantinedRecord& record, const std::string& producer_id,
                    Upstream& upstream);

}  // namespace rookery::sidecar
