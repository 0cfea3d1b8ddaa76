#include "sidecar/journal/journal.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "services/tracking/rules/ingest_checks.h"
#include "sidecar/journal/digest.h"

namespace rookery::sidecar {
namespace {

// Keeps an answer that comes while the lane's order is held: whoever gets it may write again.
class Answer {
 public:
  explicit Answer(spool::Spool::Done done) : done_(std::move(done)) {}

  void Come(StatusOr<spool::Appended> appended) {
    {
      const std::lock_guard lock(mutex_);
      if (!is_free_) {
        kept_ = std::move(appended);
        return;
      }
    }
    done_(std::move(appended));
  }
  void Free() {
    {
      const std::lock_guard lock(mutex_);
      is_free_ = true;
      if (!kept_) return;
    }
    done_(*std::move(kept_));
  }

 private:
  const spool::Spool::Done done_;
  std::mutex mutex_;
  bool is_free_ = false;
  std::optional<StatusOr<spool::Appended>> kept_;
};

bool HasPoints(const WriteRecord& write) {
  return std::ranges::any_of(write.runs(),
                             [](const auto& run) { return run.metrics().value_size() > 0; });
}

}  // namespace

int64_t ThingsOf(const WriteRecord& write) {
  int64_t things = 0;
  for (const auto& run : write.runs()) things += tracking::ThingsOf(run);
  return things;
}

StatusOr<std::unique_ptr<Journal>> Journal::Open(spool::FileSystem& files, const Clock& clock,
                                                 const spool::Options& options) {
  std::unique_ptr<Journal> journal(new Journal());
  ASSIGN_OR_RETURN(journal->spool_, spool::Spool::Open(files, clock, options, journal->memory_));
  return journal;
}

void Journal::Write(spool::LaneId lane, const WriteRecord& write, spool::Priority priority,
                    spool::AckLevel level, spool::Spool::Done done) {
  Draft draft{
      .payload = write.SerializeAsString(), .things = ThingsOf(write), .priority = priority};
  std::string digest;
  if (HasPoints(write)) digest = DigestOf(draft.payload);
  if (!digest.empty()) {
    WriteRecord tail;
    tail.set_digest(digest);
    tail.AppendToString(&draft.payload);
  }
  const auto make = [&]() -> StatusOr<Made> {
    std::vector<Draft> drafts;
    const auto written = digest.empty() ? std::nullopt : memory_.Written(lane, digest);
    if (!written) {
      drafts.push_back(std::move(draft));
      return drafts;
    }
    if (level == spool::AckLevel::kBuffered || spool_->durable() > *written) {
      return spool::Appended{*written, 0};
    }
    // It is on disk when a note behind it is.
    drafts.push_back({.kind = spool::Kind::kNote, .priority = spool::Priority::kEssential});
    return drafts;
  };
  WriteInOrder(lane, level, make, std::move(done));
}

void Journal::WriteInOrder(spool::LaneId lane, spool::AckLevel level,
                           absl::FunctionRef<StatusOr<Made>()> make, spool::Spool::Done done) {
  const auto answer = std::make_shared<Answer>(std::move(done));
  {
    const std::lock_guard order(orders_[lane % orders_.size()]);
    auto made = make();
    if (!made.ok()) {
      answer->Come(made.status());
    } else if (const auto* appended = std::get_if<spool::Appended>(&*made)) {
      answer->Come(*appended);
    } else {
      AppendInOrder(
          lane, level, std::get<std::vector<Draft>>(*std::move(made)),
          [answer](StatusOr<spool::Appended> appended) { answer->Come(std::move(appended)); });
    }
  }
  answer->Free();
  if (level == spool::AckLevel::kDurable) spool_->Write();
}

void Journal::AppendInOrder(spool::LaneId lane, spool::AckLevel level, std::vector<Draft> drafts,
                            const spool::Spool::Done& done) {
  for (Draft& draft : drafts) {
    const bool is_last = &draft == &drafts.back();
    if (draft.kind == spool::Kind::kData) {
      WriteRecord tail;
      tail.set_points_before(memory_.PointsOf(lane).points);
      tail.AppendToString(&draft.payload);
    }
    Status appended;
    spool_->Append(
        {.kind = draft.kind,
         .lane = lane,
         .things = draft.things,
         .payload = draft.payload,
         .priority = draft.priority,
         // On disk before the last one is.
         .level = is_last ? level : spool::AckLevel::kBuffered,
         .caller_writes = level == spool::AckLevel::kDurable},
        is_last ? done : [&appended](const StatusOr<spool::Appended>& answer) {
          appended = answer.status();
        });
    if (!appended.ok()) return done(appended);
  }
}

void Journal::Call(spool::LaneId lane, const google::protobuf::MethodDescriptor& rpc,
                   const google::protobuf::Message& request, spool::Spool::Done done) {
  CallRecord call;
  call.set_rpc(rpc.full_name());
  request.SerializeToString(call.mutable_request());
  const std::string payload = call.SerializeAsString();
  spool_->Append({.kind = spool::Kind::kCall,
                  .lane = lane,
                  .payload = payload,
                  .priority = spool::Priority::kEssential},
                 std::move(done));
}

void Journal::Note(spool::LaneId lane, const NoteRecord& note) {
  const std::string payload = note.SerializeAsString();
  spool_->Append({.kind = spool::Kind::kNote,
                  .lane = lane,
                  .payload = payload,
                  .priority = spool::Priority::kEssential,
                  .level = spool::AckLevel::kBuffered},
                 [](const StatusOr<spool::Appended>&) {});
}

void Journal::NoteDurably(spool::LaneId lane, const NoteRecord& note, spool::Spool::Done done) {
  const std::string payload = note.SerializeAsString();
  spool_->Append({.kind = spool::Kind::kNote,
                  .lane = lane,
                  .payload = payload,
                  .priority = spool::Priority::kEssential},
                 std::move(done));
}

}  // namespace rookery::sidecar
