#include "sidecar/spool/folder_view.h"

#include <absl/strings/escaping.h>
#include <absl/time/clock.h>

#include <utility>

#include "sidecar/spool/folder_survey.h"
#include "sidecar/spool/identity.h"
#include "sidecar/spool/log_reader.h"
#include "sidecar/spool/record_scanner.h"
#include "sidecar/spool/recovery.h"

namespace rookery::spool {
namespace {

// A folder that is used changes while it is read.
constexpr int kAttempts = 20;

Status Refused() {
  return absl::FailedPreconditionError("This folder is not a spool, or its identity is damaged");
}

}  // namespace

class FolderView::ReadOnly final : public FileSystem {
 public:
  explicit ReadOnly(FileSystem& files) : files_(files) {}

  Status MakeFolder(const std::string&) override { return Refused(); }
  StatusOr<std::unique_ptr<File>> Open(const std::string& path, bool writable) override {
    if (writable) return Refused();
    return files_.Open(path, false);
  }
  StatusOr<std::unique_ptr<File>> Create(const std::string&, uint64_t) override {
    return Refused();
  }
  Status Rename(const std::string&, const std::string&) override { return Refused(); }
  // What a start would remove does not count, and stays.
  Status Remove(const std::string&) override { return absl::OkStatus(); }
  StatusOr<std::vector<std::string>> List(const std::string& folder) override {
    return files_.List(folder);
  }
  Status SyncFolder(const std::string&) override { return Refused(); }
  StatusOr<Space> SpaceOf(const std::string& folder) override { return files_.SpaceOf(folder); }
  StatusOr<std::unique_ptr<FolderLock>> Lock(const std::string&) override { return Refused(); }

 private:
  FileSystem& files_;
};

FolderView::FolderView(FileSystem& files)
    : files_(std::make_unique<ReadOnly>(files)), metrics_(nullptr) {}

FolderView::~FolderView() = default;

StatusOr<std::unique_ptr<FolderView>> FolderView::Open(FileSystem& files, const std::string& folder,
                                                       State& state) {
  std::unique_ptr<FolderView> view(new FolderView(files));
  ReadOnly& disk = *view->files_;
  ASSIGN_OR_RETURN(const bool has_segments, HasSegments(disk, folder));
  ASSIGN_OR_RETURN(const Producers producers,
                   OpenIdentity(disk, folder, has_segments, /*adopt=*/false));
  view->producer_id_ = absl::BytesToHexString(producers.front());
  for (int attempt = 0;; ++attempt) {
    // Of an attempt before, which may have applied records.
    if (attempt > 0) RETURN_IF_ERROR(state.Restore(""));
    // A segment that was used again between the listing and its reading is not found.
    auto recovered = Recover(disk, folder, producers, view->metrics_, &state, &view->set_);
    if (absl::IsNotFound(recovered.status()) && attempt < kAttempts) {
      absl::SleepFor(absl::Milliseconds(10));
      continue;
    }
    RETURN_IF_ERROR(recovered);
    view->lanes_ = std::move(recovered->lanes);
    view->end_ = recovered->end;
    return view;
  }
}

std::vector<SegmentRef> FolderView::segments() const {
  std::vector<SegmentRef> segments;
  for (SegmentRef at = set_.First(); at != nullptr; at = set_.After(at->number)) {
    segments.push_back(at);
  }
  return segments;
}

std::unique_ptr<Reader> FolderView::Read(LaneId lane, Position from) const {
  return std::make_unique<LogReader>(*files_, set_, metrics_, lane, from, std::nullopt);
}

StatusOr<FolderView::Check> FolderView::CheckSegment(const Segment& segment) const {
  Check check;
  // Of a header that could be read, its end is where records begin.
  check.is_header_damaged = segment.body == 0;
  ASSIGN_OR_RETURN(const auto file, files_->Open(segment.path, /*writable=*/false));
  RecordScanner scanner(*file, segment.number, segment.body, segment.end);
  const auto damage = [&](uint64_t offset) {
    if (check.damaged++ == 0) check.first_damage = offset;
  };
  for (uint64_t end = segment.body;;) {
    ASSIGN_OR_RETURN(const auto item, scanner.Next());
    if (item.after_damage && (!check.is_header_damaged || check.records > 0)) damage(end);
    if (item.is == RecordScanner::Item::Is::kEnd) return check;
    ++check.records;
    if (item.is == RecordScanner::Item::Is::kDamagedPayload) damage(item.offset);
    end = item.end();
  }
}

bool FolderView::IsStill(const Segment& segment) const {
  const auto file = files_->Open(segment.path, /*writable=*/false);
  return file.ok();
}

}  // namespace rookery::spool
