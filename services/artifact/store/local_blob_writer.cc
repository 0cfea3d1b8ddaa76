#include "services/artifact/store/local_blob_writer.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"

namespace rookery::artifact {
namespace {

// The folder may be deleted between our making it and our moving the file there, but hardly this
// often.
constexpr int kAttempts = 16;
// Of one call to the kernel, which cannot be broken off.
constexpr size_t kCopyBytes = 64 << 20;
constexpr size_t kBufferBytes = 256 << 10;

Status IsFolder() { return absl::InvalidArgumentError("is a folder. Choose the path of a file."); }

// Tells a caller whose path cannot be taken before the bytes have come, and not after.
Status CheckPlace(int root, const SplitKey& key) {
  auto folder = OpenFolder(root, key.folder);
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  RETURN_IF_ERROR(folder);
  struct stat facts;
  if (fstatat(folder->get(), key.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? absl::OkStatus() : DiskError(errno, "reading", key.name);
  }
  return S_ISDIR(facts.st_mode) ? IsFolder() : absl::OkStatus();
}

}  // namespace

StatusOr<std::unique_ptr<LocalBlobWriter>> LocalBlobWriter::Create(int root,
                                                                   const ScratchFolder& scratch,
                                                                   const std::string& key) {
  RETURN_IF_ERROR(CheckPlace(root, SplitKey(key)));
  std::string name = ScratchFolder::NewName();
  UniqueFd file(TEMP_FAILURE_RETRY(
      openat(scratch.fd(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)));
  if (!file.valid()) return DiskError(errno, "making a file for", key);
  return std::unique_ptr<LocalBlobWriter>(
      new LocalBlobWriter(root, scratch, key, std::move(name), std::move(file)));
}

LocalBlobWriter::LocalBlobWriter(int root, const ScratchFolder& scratch, std::string key,
                                 std::string scratch_name, UniqueFd file)
    : root_(root),
      scratch_(scratch),
      key_(std::move(key)),
      scratch_name_(std::move(scratch_name)),
      file_(std::move(file)) {}

LocalBlobWriter::~LocalBlobWriter() {
  if (!committed_) unlinkat(scratch_.fd(), scratch_name_.c_str(), 0);
}

Status LocalBlobWriter::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = TEMP_FAILURE_RETRY(write(file_.get(), bytes.data(), bytes.size()));
    if (written < 0) return DiskError(errno, "writing", key_);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

Status LocalBlobWriter::AppendFile(int file) {
  for (;;) {
    const ssize_t copied = copy_file_range(file, nullptr, file_.get(), nullptr, kCopyBytes, 0);
    if (copied == 0) return absl::OkStatus();
    if (copied > 0 || errno == EINTR) continue;
    // Not every file system can; then nothing was copied, and the offset is where it was.
    if (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP && errno != EXDEV) {
      return DiskError(errno, "writing", key_);
    }
    return AppendBytes(file);
  }
}

Status LocalBlobWriter::AppendBytes(int file) {
  std::string buffer(kBufferBytes, '\0');
  for (;;) {
    const ssize_t got = TEMP_FAILURE_RETRY(read(file, buffer.data(), buffer.size()));
    if (got < 0) return DiskError(errno, "reading a block of", key_);
    if (got == 0) return absl::OkStatus();
    RETURN_IF_ERROR(Append({buffer.data(), static_cast<size_t>(got)}));
  }
}

Status LocalBlobWriter::Commit() {
  // Before the rename: a crash must not leave the name on bytes that never reached the disk.
  if (fsync(file_.get()) != 0) return DiskError(errno, "syncing", key_);
  return MoveIntoPlace();
}

Status LocalBlobWriter::MoveIntoPlace() {
  const SplitKey split(key_);
  bool is_new = false;
  for (int attempt = 0;; ++attempt) {
    ASSIGN_OR_RETURN(const MadeFolder folder, MakeFolder(root_, split.folder));
    is_new |= folder.is_new;
    if (renameat(scratch_.fd(), scratch_name_.c_str(), folder.fd.get(), split.name.c_str()) == 0) {
      committed_ = true;
      return is_new ? SyncPath(root_, split.folder) : SyncFolder(folder.fd.get(), split.folder);
    }
    if (errno == EISDIR) return IsFolder();
    if (errno != ENOENT || attempt == kAttempts) {
      return DiskError(errno, "moving into its place", key_);
    }
  }
}

}  // namespace rookery::artifact
