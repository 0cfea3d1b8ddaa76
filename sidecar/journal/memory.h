// What the sidecar knows by what it has spooled.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/journal/recent.h"
#include "sidecar/journal/records.pb.h"
#include "sidecar/spool/record.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// Answers about experiments and runs while the upstream is away, and where a start goes on. Of each
// lane it remembers so many experiments, runs and producers as were named last. Thread-safe.
class Memory final : public spool::State {
 public:
  void Apply(const spool::Record& record) override;
  std::string Snapshot() override;
  Status Restore(std::string_view snapshot) override;

  // All before it is upstream, as far as was noted; the beginning if nothing was.
  spool::Position Confirmed(spool::LaneId lane) const;
  // The same with all that was noted of it.
  sidecar::Confirmed ConfirmedNote(spool::LaneId lane) const;
  struct Points {
    // That were taken in.
    int64_t points = 0;
    // Of the last record that brought some since the start.
    spool::Position last;
  };
  Points PointsOf(spool::LaneId lane) const;
  // The record there was refused, and its client was told. Forgotten in time.
  bool WasRefused(spool::LaneId lane, spool::Position position) const;
  std::optional<KnownExperiment> ExperimentByName(spool::LaneId lane,
                                                  const std::string& name) const;
  std::optional<KnownExperiment> ExperimentById(spool::LaneId lane, const std::string& id) const;
  std::optional<KnownRun> Run(spool::LaneId lane, const std::string& run_id) const;
  struct KnownProducer {
    LocalProducer producer;
    // Where that was written; nothing if it was before the start.
    spool::Position written;
  };
  std::optional<KnownProducer> ProducerAt(spool::LaneId lane, const std::string& id) const;
  // Those that are remembered.
  std::vector<std::string> RunIds(spool::LaneId lane) const;
  std::optional<LocalProducer> Producer(spool::LaneId lane, const std::string& id) const;
  // Where the write with this digest is, if it was one of the latest.
  std::optional<spool::Position> Written(spool::LaneId lane, const std::string& digest) const;
  bool HasAliases(spool::LaneId lane) const;
  // The id by which the upstream knows the experiment; `id` itself if no other is known.
  std::string UpstreamExperimentId(spool::LaneId lane, const std::string& id) const;

 private:
  struct Lane {
    sidecar::Confirmed confirmed;
    Recent<KnownExperiment> experiments{256};  // by name
    Recent<KnownRun> runs{512};                // by run_id
    Recent<KnownProducer> producers{1024};     // by id
    Recent<std::string> aliases{256};          // by made id
    Recent<sidecar::Refused> refused{256};     // by position
    // A client sends again within minutes. Half a megabyte.
    Recent<spool::Position> digests{4096};
    Points points;
  };

  // Who was told that it is refused may send it again, and is to be told again.
  static void Forget(const sidecar::Refused& refused, Lane* lane);
  static void ApplyNote(const NoteRecord& note, spool::Position position, Lane* lane);
  const Lane* Find(spool::LaneId lane) const;

  mutable std::mutex mutex_;
  std::map<spool::LaneId, Lane> lanes_;
};

}  // namespace rookery::sidecar
