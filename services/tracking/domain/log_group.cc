#include "services/tracking/domain/log_group.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "libs/base/ids.h"
#include "libs/checks/text.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/domain/log_errors.h"
#include "services/tracking/domain/run_ends.h"
#include "services/tracking/domain/run_name.h"
#include "services/tracking/rules/run_status.h"
#include "services/tracking/store/logged_model_store.h"

namespace rookery::tracking {
namespace {

// The tag by which a run says what it may lack.
constexpr char kGapsTag[] = "rookery.gaps";

std::string GapsTag(const std::vector<store::IngestGap>& gaps) {
  std::vector<std::string> entries;
  for (const store::IngestGap& gap : gaps) {
    entries.push_back(fmt::format(
        R"({{"producer": {}, "first_seq": {}, "last_seq": {}, "reason": {}}})",
        QuotedJson(gap.producer_id), gap.first_seq, gap.last_seq, QuotedJson(gap.reason)));
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

db::TextList AsList(const std::set<std::string>& texts) { return {texts.begin(), texts.end()}; }

}  // namespace

Status LogGroup::Write(const std::vector<LogWrite*>& writes) {
  RETURN_IF_ERROR(Read(writes));
  for (LogWrite* write : writes) {
    if (Status status = Take(write); !status.ok()) write->Refuse(std::move(status));
  }
  return Store();
}

Status LogGroup::Read(const std::vector<LogWrite*>& writes) {
  std::set<std::string> run_ids;
  std::set<std::string> runs_of_params;
  std::set<std::string> keys;
  std::set<std::string> models;
  std::set<std::string> producers;
  // Writes to the run's row need it alone from the start: two that held it together would both
  // wait. Params and tags are such writes, because they are counted there.
  store::Lock lock = store::Lock::kShared;
  for (const LogWrite* write : writes) {
    if (write->sequenced) {
      producers.insert(write->sequenced->producer_id);
      if (const auto& gap = write->sequenced->gap) {
        run_ids.insert(gap->run_ids.begin(), gap->run_ids.end());
      }
    }
    for (const RunWrite& run : write->runs()) {
      run_ids.insert(run.run_id);
      if (run.end || !run.params.empty() || !run.tags.empty()) lock = store::Lock::kExclusive;
      for (const v1::Param& param : run.params) keys.insert(param.key());
      if (!run.params.empty()) runs_of_params.insert(run.run_id);
      for (const segment::Origin& origin : run.points.origins) {
        if (!origin.model_id.empty()) models.insert(origin.model_id);
      }
    }
  }
  ASSIGN_OR_RETURN(producers_, store::LockProducers(txn_, workspace_, AsList(producers)));
  ASSIGN_OR_RETURN(runs_, store::LockRuns(txn_, workspace_, AsList(run_ids), lock));
  ASSIGN_OR_RETURN(params_,
                   store::FindParamsOfRuns(txn_, workspace_, AsList(runs_of_params), AsList(keys)));
  if (models.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto found, store::ExistingLoggedModels(txn_, workspace_, AsList(models)));
  models_.insert(found.begin(), found.end());
  return absl::OkStatus();
}

Status LogGroup::Take(LogWrite* write) {
  int64_t skipped = 0;
  if (write->sequenced) {
    const auto producer = producers_.find(write->sequenced->producer_id);
    if (producer != producers_.end()) write->Expect(producer->second.next_seq);
    RETURN_IF_ERROR(CheckSequence(*write, &skipped));
  }
  // Of a request that was stored before nothing is checked again: a run may be deleted since.
  int64_t before = 0;
  for (const RunWrite& run : write->runs()) {
    before += run.things();
    if (before <= skipped && write->sequenced) continue;
    RETURN_IF_ERROR(CheckRun(run));
    RETURN_IF_ERROR(CheckModels(run));
    RETURN_IF_ERROR(CheckParams(run, write->param_style));
  }
  int64_t left = skipped;
  for (const RunWrite& run : write->runs()) {
    const int64_t skipped_of_run = std::min(left, run.things());
    Keep(run, skipped_of_run);
    left -= skipped_of_run;
    // Only producers write ends, which are the last of a run's things.
    if (!write->sequenced || skipped_of_run == run.things()) continue;
    if (run.end) KeepEnd(run, write->sequenced->producer_id);
    KeepWriter(run, *write->sequenced);
  }
  if (!write->sequenced) return absl::OkStatus();
  const Sequenced& sequenced = *write->sequenced;
  store::Producer& producer = producers_[sequenced.producer_id];
  if (sequenced.gap && producer.next_seq <= sequenced.gap->last_seq) {
    KeepGap(sequenced.producer_id, *sequenced.gap);
  }
  const int64_t next_seq = sequenced.first_seq + write->things();
  if (next_seq > producer.next_seq) {
    producer.next_seq = next_seq;
    moved_producers_.insert(producers_.find(sequenced.producer_id)->first);
  }
  write->Expect(producer.next_seq);
  return absl::OkStatus();
}

Status LogGroup::CheckSequence(const LogWrite& write, int64_t* skipped) {
  const Sequenced& sequenced = *write.sequenced;
  const auto found = producers_.find(sequenced.producer_id);
  if (found == producers_.end()) return ProducerNotFound(sequenced.producer_id);
  const store::Producer& producer = found->second;
  ASSIGN_OR_RETURN(*skipped,
                   StoredBefore(sequenced, write.things(), producer.epoch, producer.next_seq));
  return absl::OkStatus();
}

Status LogGroup::CheckRun(const RunWrite& run) const {
  const auto found = runs_.find(run.run_id);
  if (found == runs_.end()) return RunNotFound(run.run_id);
  return MustBeActive("run", run.run_id, found->second.lifecycle_stage);
}

Status LogGroup::CheckModels(const RunWrite& run) const {
  for (const segment::Origin& origin : run.points.origins) {
    if (!origin.model_id.empty() && !models_.contains(origin.model_id)) {
      return MetricNamesUnknownModel(origin.model_id);
    }
  }
  return absl::OkStatus();
}

Status LogGroup::CheckParams(const RunWrite& run, ParamStyle style) const {
  std::vector<ParamConflict> conflicts;
  for (const v1::Param& param : run.params) {
    const auto found = params_.find({run.run_id, param.key()});
    if (found != params_.end() && found->second != param.value()) {
      conflicts.push_back({param.key(), found->second, param.value()});
    }
  }
  if (conflicts.empty()) return absl::OkStatus();
  return style == ParamStyle::kOne ? ParamIsWrittenOnce(conflicts[0], run.run_id)
                                   : ParamsAreWrittenOnce(conflicts, run.run_id);
}

void LogGroup::Keep(const RunWrite& run, int64_t skipped) {
  const auto count = static_cast<int64_t>(run.points.columns.size());
  if (skipped < count) {
    points_[run.run_id].Append(run.points.keys, run.points.origins, run.points.columns,
                               static_cast<size_t>(skipped));
  }
  int64_t number = count;
  const auto is_stored = [&] { return number++ < skipped; };
  for (const v1::Param& param : run.params) {
    if (is_stored()) continue;
    if (params_.try_emplace({run.run_id, param.key()}, param.value()).second) {
      new_params_[{run.run_id, param.key()}] = param.value();
    }
  }
  for (const v1::RunTag& tag : run.tags) {
    if (is_stored()) continue;
    // A run is never without a name.
    if (tag.key() == kRunNameTag && tag.value().empty()) continue;
    tags_[{run.run_id, tag.key()}] = tag.value();
    if (tag.key() == kRunNameTag) changes_[run.run_id].name = tag.value();
  }
}

void LogGroup::KeepEnd(const RunWrite& run, const std::string& producer_id) {
  ends_[run.run_id] = {
      .run_id = run.run_id,
      .producer_id = producer_id,
      .status = run.end->status.value_or(v1::RUN_STATUS_UNSPECIFIED),
      .end_time_ms = run.end->end_time_ms,
  };
}

void LogGroup::KeepWriter(const RunWrite& run, const Sequenced& sequenced) {
  const bool is_end_alone = run.end && run.things() == 1;
  const store::LockedRun& locked = runs_.find(run.run_id)->second;
  if (is_end_alone || IsEnd(locked.status)) return;
  const std::string& producer = sequenced.producer_id;
  if (writers_.Has(workspace_, run.run_id, producer, sequenced.epoch, locked.ends)) return;
  new_writers_.push_back(
      {std::string(workspace_), run.run_id, producer, sequenced.epoch, locked.ends});
}

void LogGroup::KeepGap(const std::string& producer_id, const Gap& gap) {
  store::Producer& producer = producers_[producer_id];
  gaps_.push_back({producer_id, producer.next_seq, gap.last_seq, gap.reason, gap.run_ids});
  producer.next_seq = gap.last_seq + 1;
  moved_producers_.insert(producers_.find(producer_id)->first);
}

Status LogGroup::Store() {
  RETURN_IF_ERROR(store::InsertParamsOfRuns(txn_, workspace_, new_params_));
  std::vector<store::RunPoints> runs;
  for (auto& [run_id, points] : points_) runs.push_back({std::string(run_id), std::move(points)});
  ASSIGN_OR_RETURN(dead_bytes_, metrics_.Append(txn_, workspace_, &runs));
  RETURN_IF_ERROR(store::SetTagsOfRuns(txn_, workspace_, tags_));
  RETURN_IF_ERROR(StoreWriters());
  RETURN_IF_ERROR(StoreEnds());
  for (const auto& [run_id, change] : changes_) {
    RETURN_IF_ERROR(store::UpdateRun(txn_, workspace_, run_id, change));
  }
  for (const std::string_view id : moved_producers_) {
    RETURN_IF_ERROR(store::MoveProducer(
        txn_, workspace_, id, producers_.find(std::string(id))->second.next_seq, now_ms_));
  }
  return StoreGaps();
}

Status LogGroup::StoreWriters() const {
  std::set<std::pair<std::string, std::string>> writers;
  for (const auto& writer : new_writers_) writers.emplace(writer.producer_id, writer.run_id);
  return store::InsertRunProducers(txn_, workspace_, writers);
}

Status LogGroup::StoreEnds() {
  if (ends_.empty()) return absl::OkStatus();
  db::TextList runs;
  for (const auto& [run_id, end] : ends_) runs.emplace_back(run_id);
  ASSIGN_OR_RETURN(const auto producers, store::ProducersOfRuns(txn_, workspace_, runs));
  db::TextList ended;
  db::TextList resumed;
  std::vector<store::PendingEnd> pending;
  for (auto& [run_id, end] : ends_) {
    const auto found = producers.find(end.run_id);
    if (found != producers.end() && IsEnd(end.status) &&
        (found->second.size() > 1 || !found->second.contains(end.producer_id))) {
      end.end_id = NewGuid();
      pending.push_back(end);
      continue;
    }
    changes_[run_id].status = end.status;
    changes_[run_id].end_time_ms = end.end_time_ms;
    // Where nobody is on record no end waits either.
    if (found != producers.end()) (IsEnd(end.status) ? ended : resumed).push_back(end.run_id);
  }
  RETURN_IF_ERROR(store::UpsertPendingEnds(txn_, workspace_, pending, now_ms_));
  return ForgetEnds(txn_, workspace_, ended, resumed);
}

Status LogGroup::StoreGaps() {
  if (gaps_.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(store::RecordGaps(txn_, workspace_, gaps_, now_ms_));
  db::TextList known;
  for (const store::IngestGap& gap : gaps_) {
    std::ranges::copy_if(gap.run_ids, std::back_inserter(known),
                         [&](const std::string& run_id) { return runs_.contains(run_id); });
  }
  ASSIGN_OR_RETURN(const auto gaps, store::FindGapsOfRuns(txn_, workspace_, known));
  std::map<std::string, std::string> texts;
  for (const auto& [run_id, gaps_of_run] : gaps) texts[run_id] = GapsTag(gaps_of_run);
  store::ValuesOfRuns tags;
  for (const auto& [run_id, text] : texts) tags[{run_id, kGapsTag}] = text;
  return store::SetTagsOfRuns(txn_, workspace_, tags);
}

}  // namespace rookery::tracking
