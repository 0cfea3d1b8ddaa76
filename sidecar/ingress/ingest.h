// Exactly-once writing into the spool, by producers who number what they write.
#pragma once

#include <absl/time/time.h>
#include <rookery/tracking/v1/ingest.pb.h>

#include "libs/base/call_context.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "sidecar/face/ack.h"
#include "sidecar/face/ingress_metrics.h"
#include "sidecar/forward/forwarder.h"
#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

// The server's ingest protocol (protos/rookery/tracking/v1/ingest.proto) with the spool behind it.
// Whether there is a run, and what its params are already, is the upstream's to know: what it will
// refuse is taken here, and goes into quarantine. Thread-safe. What is passed in outlives it and
// its last call.
class Ingest {
 public:
  // `patience`: how long Ack::kUpstream waits.
  Ingest(Journal& journal, Forwarder& forwarder, absl::Duration patience,
         metrics::Registry* metrics)
      : journal_(journal), forwarder_(forwarder), patience_(patience), metrics_(metrics, "grpc") {}

  // Done when the opening is on disk.
  void Open(const CallContext& call, const tracking::v1::OpenProducerRequest& request,
            Done<tracking::v1::OpenProducerResponse> done);

  // Appends on the calling thread, and is done when the record is as far as `ack` says. Errors are
  // ingest.proto's, the spool's (spool::Spool::Append), and with Ack::kUpstream the upstream's.
  void Write(const CallContext& call, const tracking::v1::IngestRequest& request, Ack ack,
             Done<tracking::v1::IngestResponse> done);

 private:
  struct Request;

  StatusOr<Journal::Made> Make(Request& request, int64_t* next_seq) const;

  Journal& journal_;
  Forwarder& forwarder_;
  const absl::Duration patience_;
  const IngressMetrics metrics_;
};

}  // namespace rookery::sidecar
