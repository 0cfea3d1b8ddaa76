#include "sidecar/journal/memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "sidecar/journal/write_scan.h"

namespace rookery::sidecar {
namespace {

template <typename Value>
std::optional<Value> Copy(const Value* value) {
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string KeyOf(uint64_t segment, uint32_t offset) {
  return fmt::format("{}:{}", segment, offset);
}

// A start reads the last segment anew: these are for what came just before it.
constexpr int64_t kDigestsOfSnapshot = 512;

void AddDigests(const Recent<spool::Position>& digests, Snapshot::Lane* kept) {
  const auto& entries = digests.entries();
  const int64_t left_out = std::max<int64_t>(0, std::ssize(entries) - kDigestsOfSnapshot);
  for (auto entry = std::next(entries.begin(), left_out); entry != entries.end(); ++entry) {
    Digest* digest = kept->add_digests();
    digest->set_digest(entry->first);
    digest->set_segment(entry->second.segment);
    digest->set_offset(entry->second.offset);
  }
}

}  // namespace

void Memory::Apply(const spool::Record& record) {
  if (record.kind == spool::Kind::kNote) {
    NoteRecord note;
    // What a later version noted is not for this one.
    if (!note.ParseFromArray(record.payload.data(), static_cast<int>(record.payload.size())))
      return;
    const std::lock_guard lock(mutex_);
    return ApplyNote(note, record.position, &lanes_[record.lane]);
  }
  if (record.kind != spool::Kind::kData) return;
  auto write = ScanWrite(record.payload);
  if (!write) return;
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_[record.lane];
  if (write->points > 0) {
    Points& points = lane.points;
    const int64_t before = write->points_before.value_or(points.points);
    points = {std::max(points.points, before + write->points), record.position};
  }
  if (!write->digest.empty()) lane.digests.Put(write->digest, record.position);
  if (!write->producer) return;
  const std::string id = write->producer->id();
  lane.producers.Put(id, {*std::move(write->producer), record.position});
}

void Memory::ApplyNote(const NoteRecord& note, spool::Position position, Lane* lane) {
  switch (note.note_case()) {
    case NoteRecord::kConfirmed:
      lane->confirmed = note.confirmed();
      return;
    case NoteRecord::kExperiment:
      return lane->experiments.Put(note.experiment().name(), note.experiment());
    case NoteRecord::kRun:
      return lane->runs.Put(note.run().info().run_id(), note.run());
    case NoteRecord::kProducer:
      return lane->producers.Put(note.producer().id(), {note.producer(), position});
    case NoteRecord::kAlias:
      return lane->aliases.Put(note.alias().made_id(), note.alias().experiment_id());
    case NoteRecord::kRefused:
      Forget(note.refused(), lane);
      return lane->refused.Put(KeyOf(note.refused().segment(), note.refused().offset()),
                               note.refused());
    case NoteRecord::NOTE_NOT_SET:
      return;
  }
}

void Memory::Forget(const sidecar::Refused& refused, Lane* lane) {
  const spool::Position position = {refused.segment(), refused.offset()};
  for (const auto& [digest, written] : lane->digests.entries()) {
    if (written == position) return lane->digests.Erase(std::string(digest));
  }
}

std::string Memory::Snapshot() {
  const std::lock_guard lock(mutex_);
  rookery::sidecar::Snapshot snapshot;
  for (const auto& [id, lane] : lanes_) {
    auto* kept = snapshot.add_lanes();
    kept->set_lane(id);
    *kept->mutable_confirmed() = lane.confirmed;
    for (const auto& [name, experiment] : lane.experiments.entries()) {
      *kept->add_experiments() = experiment;
    }
    for (const auto& [run_id, run] : lane.runs.entries()) *kept->add_runs() = run;
    for (const auto& [name, producer] : lane.producers.entries()) {
      *kept->add_producers() = producer.producer;
    }
    for (const auto& [made_id, experiment_id] : lane.aliases.entries()) {
      auto* alias = kept->add_aliases();
      alias->set_made_id(made_id);
      alias->set_experiment_id(experiment_id);
    }
    AddDigests(lane.digests, kept);
    kept->set_points(lane.points.points);
    for (const auto& [key, refused] : lane.refused.entries()) *kept->add_refused() = refused;
  }
  return snapshot.SerializeAsString();
}

Status Memory::Restore(std::string_view text) {
  rookery::sidecar::Snapshot snapshot;
  if (!snapshot.ParseFromArray(text.data(), static_cast<int>(text.size()))) {
    return absl::DataLossError("The snapshot of what the sidecar knows cannot be read.");
  }
  const std::lock_guard lock(mutex_);
  lanes_.clear();
  for (const auto& kept : snapshot.lanes()) {
    Lane& lane = lanes_[static_cast<spool::LaneId>(kept.lane())];
    lane.confirmed = kept.confirmed();
    for (const auto& experiment : kept.experiments()) {
      lane.experiments.Put(experiment.name(), experiment);
    }
    for (const auto& run : kept.runs()) lane.runs.Put(run.info().run_id(), run);
    for (const auto& producer : kept.producers()) lane.producers.Put(producer.id(), {producer, {}});
    for (const auto& alias : kept.aliases())
      lane.aliases.Put(alias.made_id(), alias.experiment_id());
    for (const auto& digest : kept.digests()) {
      lane.digests.Put(digest.digest(), {digest.segment(), digest.offset()});
    }
    lane.points.points = kept.points();
    for (const auto& refused : kept.refused()) {
      lane.refused.Put(KeyOf(refused.segment(), refused.offset()), refused);
    }
  }
  return absl::OkStatus();
}

const Memory::Lane* Memory::Find(spool::LaneId lane) const {
  const auto found = lanes_.find(lane);
  return found == lanes_.end() ? nullptr : &found->second;
}

spool::Position Memory::Confirmed(spool::LaneId lane) const {
  const sidecar::Confirmed note = ConfirmedNote(lane);
  return {note.segment(), note.offset()};
}

Confirmed Memory::ConfirmedNote(spool::LaneId lane) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? sidecar::Confirmed() : known->confirmed;
}

Memory::Points Memory::PointsOf(spool::LaneId lane) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? Points() : known->points;
}

bool Memory::WasRefused(spool::LaneId lane, spool::Position position) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known != nullptr &&
         known->refused.Find(KeyOf(position.segment, position.offset)) != nullptr;
}

std::optional<KnownExperiment> Memory::ExperimentByName(spool::LaneId lane,
                                                        const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? std::nullopt : Copy(known->experiments.Find(name));
}

std::optional<KnownExperiment> Memory::ExperimentById(spool::LaneId lane,
                                                      const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  if (known == nullptr) return std::nullopt;
  const auto& entries = known->experiments.entries();
  const auto found = std::ranges::find_if(
      entries, [&](const auto& entry) { return entry.second.experiment_id() == id; });
  return found == entries.end() ? std::nullopt : std::optional(found->second);
}

std::optional<KnownRun> Memory::Run(spool::LaneId lane, const std::string& run_id) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? std::nullopt : Copy(known->runs.Find(run_id));
}

std::vector<std::string> Memory::RunIds(spool::LaneId lane) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  if (const Lane* known = Find(lane)) {
    for (const auto& [run_id, run] : known->runs.entries()) ids.push_back(run_id);
  }
  return ids;
}

std::optional<LocalProducer> Memory::Producer(spool::LaneId lane, const std::string& id) const {
  const auto known = ProducerAt(lane, id);
  return known ? std::optional(known->producer) : std::nullopt;
}

std::optional<Memory::KnownProducer> Memory::ProducerAt(spool::LaneId lane,
                                                        const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? std::nullopt : Copy(known->producers.Find(id));
}

std::optional<spool::Position> Memory::Written(spool::LaneId lane,
                                               const std::string& digest) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known == nullptr ? std::nullopt : Copy(known->digests.Find(digest));
}

bool Memory::HasAliases(spool::LaneId lane) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  return known != nullptr && !known->aliases.entries().empty();
}

std::string Memory::UpstreamExperimentId(spool::LaneId lane, const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const Lane* known = Find(lane);
  const std::string* alias = known == nullptr ? nullptr : known->aliases.Find(id);
  return alias == nullptr ? id : *alias;
}

}  // namespace rookery::sidecar
