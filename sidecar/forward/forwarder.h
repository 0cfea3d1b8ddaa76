// All lanes of the spool.
#pragma once

#include <absl/time/time.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/forward/lane.h"

namespace rookery::sidecar {

// Forwards from its making to its end. Thread-safe.
class Forwarder {
 public:
  // Nobody who reads live metrics sees it. Twice as long saves little more, and has what was
  // gathered go in bursts that those who write meanwhile feel.
  static constexpr absl::Duration kPace = absl::Milliseconds(10);

  // All are lent. `quarantine_path` is a file of its own; `pace` is each lane's (Lane::Parts).
  Forwarder(Journal& journal, Upstream& upstream, std::string quarantine_path,
            metrics::Registry* metrics, const Clock& clock, absl::Duration pace = kPace);
  ~Forwarder();

  // The lane of the workspace, which is begun if need be. Errors as spool::Spool::LaneOf.
  StatusOr<Lane*> LaneOf(const std::string& workspace);

  // OK, or the first lane's failure.
  Status health() const;
  // When the lane that was seen least lately was seen.
  SteadyTime heartbeat() const;
  // Of what is sent now, in all lanes.
  absl::Time oldest() const;

  // What became of all points, and how many were taken in: what is not settled is still to be sent.
  struct Points {
    Settled settled;
    int64_t taken = 0;
  };
  Points points() const;

  // Calls `done` once all that is on disk now is upstream; DEADLINE_EXCEEDED: after `patience` it
  // is not.
  void Flush(absl::Duration patience, const std::function<void(Status)>& done);

 private:
  Lane* Begin(const spool::Spool::Lane& lane);
  void Release();

  Journal& journal_;
  Upstream& upstream_;
  Quarantine quarantine_;
  const ForwardMetrics metrics_;
  const Clock& clock_;
  const absl::Duration pace_;
  mutable std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_;
};

}  // namespace rookery::sidecar
