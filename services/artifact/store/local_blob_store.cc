#include "services/artifact/store/local_blob_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"
#include "services/artifact/store/local_blob_reader.h"
#include "services/artifact/store/local_blob_writer.h"

namespace rookery::artifact {
namespace {

constexpr absl::Duration kLeftoverAge = absl::Hours(24);
constexpr absl::Duration kSweepInterval = absl::Hours(1);

Status CannotUse(const std::string& folder, std::string_view why) {
  return absl::FailedPreconditionError(
      fmt::format("Cannot keep artifacts in '{}': {} Give the server's user write access to it, or "
                  "name another folder.",
                  folder, why));
}

bool IsDeleteOfNothing(const Status& status) {
  return absl::IsNotFound(status) || absl::IsInvalidArgument(status);
}

}  // namespace

StatusOr<std::unique_ptr<LocalBlobStore>> LocalBlobStore::OpenAt(const std::string& folder,
                                                                 const Clock& clock) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return CannotUse(folder, error.message() + ".");
  UniqueFd root(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return CannotUse(folder, std::generic_category().message(errno) + ".");
  auto scratch = ScratchFolder::Open(root.get());
  if (!scratch.ok()) return CannotUse(folder, std::string(scratch.status().message()));
  std::unique_ptr<LocalBlobStore> store(
      new LocalBlobStore(std::move(root), *std::move(scratch), clock));
  store->Sweep();
  return store;
}

LocalBlobStore::LocalBlobStore(UniqueFd root, ScratchFolder scratch, const Clock& clock)
    : root_(std::move(root)),
      scratch_(std::move(scratch)),
      blocks_(root_.get(), scratch_),
      metadata_(root_.get(), scratch_),
      clock_(clock),
      swept_s_(absl::ToUnixSeconds(clock.Now())) {}

StatusOr<std::unique_ptr<BlobReader>> LocalBlobStore::Open(const std::string& key) {
  return LocalBlobReader::Open(root_.get(), key);
}

StatusOr<std::unique_ptr<BlobWriter>> LocalBlobStore::Create(const std::string& key) {
  return LocalBlobWriter::Create(root_.get(), scratch_, key);
}

StatusOr<std::vector<BlobEntry>> LocalBlobStore::List(const std::string& folder) {
  std::vector<BlobEntry> entries;
  auto opened = OpenFolder(root_.get(), folder);
  if (absl::IsNotFound(opened.status()) || absl::IsInvalidArgument(opened.status())) return entries;
  RETURN_IF_ERROR(opened);
  ASSIGN_OR_RETURN(FolderNames names, FolderNames::Open(*std::move(opened), folder));
  for (;;) {
    ASSIGN_OR_RETURN(const char* name, names.Next());
    if (name == nullptr) break;
    if (folder.empty() && std::string_view(name).starts_with(kReservedPrefix)) continue;
    struct stat facts;
    if (fstatat(names.fd(), name, &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return DiskError(errno, "listing", folder);
    }
    if (S_ISDIR(facts.st_mode)) entries.push_back({name, true, {}});
    if (S_ISREG(facts.st_mode)) entries.push_back({name, false, InfoOf(facts)});
  }
  std::ranges::sort(entries, {}, &BlobEntry::name);
  return entries;
}

Status LocalBlobStore::Delete(const std::string& key) {
  const SplitKey split(key);
  auto folder = OpenFolder(root_.get(), split.folder);
  if (IsDeleteOfNothing(folder.status())) return absl::OkStatus();
  RETURN_IF_ERROR(folder);
  std::string removed;
  if (unlinkat(folder->get(), split.name.c_str(), 0) != 0) {
    if (errno == ENOENT) return absl::OkStatus();
    if (errno != EISDIR && errno != EPERM) return DiskError(errno, "deleting", key);
    removed = ScratchFolder::NewName();
    if (renameat(folder->get(), split.name.c_str(), scratch_.fd(), removed.c_str()) != 0) {
      return errno == ENOENT ? absl::OkStatus() : DiskError(errno, "deleting", key);
    }
  }
  RETURN_IF_ERROR(SyncFolder(folder->get(), split.folder));
  if (!removed.empty()) return scratch_.RemoveFolder(removed);
  return metadata_.Forget(key);
}

StatusOr<std::unique_ptr<BlobWriter>> LocalBlobStore::StageBlock(const std::string& key,
                                                                 const std::string& block) {
  SweepIfDue();
  return blocks_.Stage(key, block);
}

Status LocalBlobStore::CommitBlocks(const std::string& key, std::span<const std::string> blocks) {
  return blocks_.Commit(key, blocks);
}

Status LocalBlobStore::SetMetadata(const std::string& key, const BlobMetadata& metadata) {
  ASSIGN_OR_RETURN(const auto blob, Open(key));
  return metadata_.Set(key, blob->info().etag, metadata);
}

StatusOr<BlobMetadata> LocalBlobStore::Metadata(const std::string& key, const BlobInfo& info) {
  return metadata_.Get(key, info.etag);
}

void LocalBlobStore::SweepIfDue() {
  const absl::Time now = clock_.Now();
  int64_t swept = swept_s_.load();
  if (absl::FromUnixSeconds(swept) + kSweepInterval > now) return;
  // Of those who find it due, one sweeps.
  if (!swept_s_.compare_exchange_strong(swept, absl::ToUnixSeconds(now))) return;
  Sweep();
}

void LocalBlobStore::Sweep() const {
  // What cannot be removed stays: it takes space, but harms nobody. DiskError has logged it.
  scratch_.RemoveLeftovers(clock_.Now() - kLeftoverAge).IgnoreError();
}

}  // namespace rookery::artifact
