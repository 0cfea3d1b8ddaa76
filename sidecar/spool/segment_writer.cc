#include "sidecar/spool/segment_writer.h"

#include <absl/cleanup/cleanup.h>
#include <spdlog/spdlog.h>

#include <utility>

#include "libs/base/steady.h"
#include "sidecar/spool/file_names.h"
#include "sidecar/spool/record_codec.h"

namespace rookery::spool {
namespace {

void Finish(Group* group, uint64_t number) {
  for (size_t at = 0; at < group->bytes.size();) {
    char* record = group->bytes.data() + at;
    const uint64_t next = at + BytesOfRecordAt(record);
    uint8_t flags = 0;
    if (at == 0) flags |= kFirstOfGroup;
    if (next == group->bytes.size()) flags |= kLastOfGroup;
    FinishRecord(record, group->segment, group->offset + at, number, flags);
    at = next;
  }
}

}  // namespace

SegmentWriter::SegmentWriter(FileSystem& files, std::string folder, std::string producer,
                             Position end, SegmentSet& set, Spares& spares,
                             const SpoolMetrics& metrics)
    : files_(files),
      folder_(std::move(folder)),
      producer_(std::move(producer)),
      set_(set),
      spares_(spares),
      metrics_(metrics),
      end_(end) {}

Status SegmentWriter::Write(Group* group) {
  ++group_;
  if (group->begins) RETURN_IF_ERROR(Begin(*group));
  Finish(group, group_);
  if (Status written = WriteAndSync(*group); !written.ok()) {
    if (end_.segment != group->segment) Abandon(group->segment);
    return written;
  }
  end_ = {group->segment, static_cast<uint32_t>(group->end())};
  segment_->end = group->end();
  metrics_.groups.Increment();
  metrics_.group_records.Increment(static_cast<double>(group->records));
  return absl::OkStatus();
}

Status SegmentWriter::WriteAndSync(const Group& group) {
  if (Status written = file_->WriteAt(group.offset, group.bytes); !written.ok()) {
    metrics_.write_errors.Increment();
    return written;
  }
  const SteadyTime before = SteadyNow();
  const Status synced = file_->Sync();
  metrics_.fsync.Observe(Since(before));
  if (!synced.ok()) metrics_.sync_errors.Increment();
  return synced;
}

Status SegmentWriter::Begin(const Group& group) {
  SegmentHeader header = *group.begins;
  header.previous = end_.segment;
  header.previous_end = end_.offset;
  header.first_group = group_;
  header.producer = producer_;

  ASSIGN_OR_RETURN(const std::string spare, spares_.Take());
  // Only now: a spare may be made of the first.
  const SegmentRef first = set_.First();
  header.floor = first == nullptr ? header.segment : first->number;
  const absl::Cleanup used = [this] { spares_.Used(); };
  const std::string path = folder_ + "/" + SegmentName(header.segment);
  if (Status begun = BeginIn(spare, path, Encode(header)); !begun.ok()) {
    metrics_.begin_errors.Increment();
    // Whatever the disk has of it: no record is in it.
    (void)files_.Remove(spare);
    (void)files_.Remove(path);
    return begun;
  }

  segment_ = std::make_shared<Segment>();
  segment_->number = header.segment;
  segment_->path = path;
  ASSIGN_OR_RETURN(segment_->file_bytes, file_->Size());
  segment_->body = group.offset;
  segment_->end = group.offset;
  segment_->begun = absl::FromUnixNanos(header.begun_ns);
  if (header.lanes) {
    segment_->next_seqs.emplace();
    for (const LaneRow& row : *header.lanes) segment_->next_seqs->push_back(row.next_seq);
  }
  set_.SetActive(header.segment);
  set_.Add(segment_);
  return absl::OkStatus();
}

Status SegmentWriter::BeginIn(const std::string& spare, const std::string& path,
                              const std::string& header) {
  ASSIGN_OR_RETURN(file_, files_.Open(spare, /*writable=*/true));
  RETURN_IF_ERROR(file_->WriteAt(0, header));
  RETURN_IF_ERROR(file_->Sync());
  RETURN_IF_ERROR(files_.Rename(spare, path));
  // Before any record is written, so that none of this number is ever in a file of another name.
  return files_.SyncFolder(folder_);
}

void SegmentWriter::Abandon(uint64_t number) {
  set_.Drop(number);
  if (const Status removed = files_.Remove(segment_->path); !removed.ok()) {
    spdlog::warn("Spool: {}", std::string(removed.message()));
  }
}

}  // namespace rookery::spool
