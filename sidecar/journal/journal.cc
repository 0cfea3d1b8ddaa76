#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

int64_t ThingsOf(const WriteRecord& write) {
  int64_t things = 0;
  for (const auto& run : write.runs()) {
    things +=
        run.metrics().value_size() + run.params_size() + run.tags_size() + (run.has_end() ? 1 : 0);
  }
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
  const std::string payload = write.SerializeAsString();
  spool_->Append({.kind = spool::Kind::kData,
                  .lane = lane,
                  .things = ThingsOf(write),
                  .payload = payload,
                  .priority = priority,
                  .level = level},
                 std::move(done));
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

}  // namespace rookery::sidecar
