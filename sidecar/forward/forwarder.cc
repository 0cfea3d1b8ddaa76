#include "sidecar/forward/forwarder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rookery::sidecar {

Forwarder::Forwarder(Journal& journal, Upstream& upstream, std::string quarantine_path,
                     metrics::Registry* metrics, const Clock& clock, absl::Duration pace)
    : journal_(journal),
      upstream_(upstream),
      quarantine_(std::move(quarantine_path)),
      metrics_(metrics),
      clock_(clock),
      pace_(pace) {
  const std::lock_guard lock(mutex_);
  for (const auto& lane : journal_.spool().Lanes()) Begin(lane);
}

Forwarder::~Forwarder() {
  std::map<std::string, std::unique_ptr<Lane>> ending;
  {
    const std::lock_guard lock(mutex_);
    ending.swap(lanes_);
  }
}

Lane* Forwarder::Begin(const spool::Spool::Lane& lane) {
  Lane::Parts parts{journal_, upstream_, quarantine_, metrics_, clock_, [this] { Release(); },
                    pace_};
  auto begun = std::make_unique<Lane>(lane, std::move(parts));
  return (lanes_[lane.name] = std::move(begun)).get();
}

StatusOr<Lane*> Forwarder::LaneOf(const std::string& workspace) {
  const std::lock_guard lock(mutex_);
  if (const auto found = lanes_.find(workspace); found != lanes_.end()) return found->second.get();
  ASSIGN_OR_RETURN(const spool::LaneId id, journal_.spool().LaneOf(workspace));
  return Begin({id, workspace, 0});
}

void Forwarder::Release() {
  const std::lock_guard lock(mutex_);
  if (lanes_.empty()) return;
  spool::Position all = journal_.spool().durable();
  for (const auto& [name, lane] : lanes_) all = std::min(all, lane->confirmations().confirmed());
  journal_.spool().Release(all);
}

Status Forwarder::health() const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, lane] : lanes_) RETURN_IF_ERROR(lane->health());
  return absl::OkStatus();
}

SteadyTime Forwarder::heartbeat() const {
  const std::lock_guard lock(mutex_);
  SteadyTime earliest = SteadyNow();
  for (const auto& [name, lane] : lanes_) earliest = std::min(earliest, lane->heartbeat());
  return earliest;
}

absl::Time Forwarder::oldest() const {
  const std::lock_guard lock(mutex_);
  absl::Time oldest = absl::InfiniteFuture();
  for (const auto& [name, lane] : lanes_) oldest = std::min(oldest, lane->oldest());
  return oldest;
}

Forwarder::Points Forwarder::points() const {
  const std::lock_guard lock(mutex_);
  Points all;
  for (const auto& [name, lane] : lanes_) {
    // In this order: what is settled was taken in before.
    const Settled of_lane = lane->settled();
    all.settled.set_confirmed(all.settled.confirmed() + of_lane.confirmed());
    all.settled.set_quarantined(all.settled.quarantined() + of_lane.quarantined());
    all.settled.set_gap(all.settled.gap() + of_lane.gap());
    all.settled.set_refused(all.settled.refused() + of_lane.refused());
    all.taken += std::max(journal_.memory().PointsOf(lane->id()).points, SumOf(of_lane));
  }
  return all;
}

void Forwarder::Flush(absl::Duration patience, const std::function<void(Status)>& done) {
  struct Joint {
    std::mutex mutex;
    size_t left = 0;
    Status outcome;
  };
  const spool::Position end = journal_.spool().durable();
  std::vector<Lane*> lanes;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, lane] : lanes_) lanes.push_back(lane.get());
  }
  if (lanes.empty() || end == spool::Position()) return done(absl::OkStatus());
  auto joint = std::make_shared<Joint>();
  joint->left = lanes.size();
  // The last byte before the end is upstream when what lies before the end is.
  const spool::Position last = {end.segment, end.offset - 1};
  for (Lane* lane : lanes) {
    lane->confirmations().WhenUpstream(last, patience, [joint, done](const Status& status) {
      Status outcome;
      {
        const std::lock_guard lock(joint->mutex);
        joint->outcome.Update(status);
        if (--joint->left > 0) return;
        outcome = joint->outcome;
      }
      done(outcome);
    });
  }
}

}  // namespace rookery::sidecar
