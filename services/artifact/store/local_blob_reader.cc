#include "services/artifact/store/local_blob_reader.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"

namespace rookery::artifact {
namespace {

Status NotFound() { return absl::NotFoundError("is absent."); }

}  // namespace

BlobInfo InfoOf(const struct stat& facts) {
  BlobInfo info;
  info.size_bytes = facts.st_size;
  info.modified = absl::TimeFromTimespec(facts.st_mtim);
  // With the inode, as two uploads of one size can end within one tick of the file system's clock.
  info.etag =
      fmt::format("{:x}-{:x}-{:x}", facts.st_size, absl::ToUnixNanos(info.modified), facts.st_ino);
  return info;
}

StatusOr<std::unique_ptr<BlobReader>> LocalBlobReader::Open(int root, const std::string& key) {
  const SplitKey split(key);
  auto folder = OpenFolder(root, split.folder);
  if (absl::IsInvalidArgument(folder.status())) return NotFound();
  RETURN_IF_ERROR(folder);
  // Without O_NONBLOCK, opening a named pipe would wait for its other end.
  UniqueFd file(TEMP_FAILURE_RETRY(
      openat(folder->get(), split.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)));
  if (!file.valid()) {
    // ENXIO: a socket.
    if (errno == ENOENT || errno == ELOOP || errno == ENXIO) return NotFound();
    return DiskError(errno, "opening", key);
  }
  struct stat facts;
  if (fstat(file.get(), &facts) != 0) return DiskError(errno, "reading", key);
  if (S_ISDIR(facts.st_mode)) {
    return absl::InvalidArgumentError("is a folder. List it and name a file in it.");
  }
  if (!S_ISREG(facts.st_mode)) return NotFound();
  return std::unique_ptr<BlobReader>(new LocalBlobReader(std::move(file), InfoOf(facts), key));
}

StatusOr<size_t> LocalBlobReader::Read(int64_t offset, std::span<char> out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = TEMP_FAILURE_RETRY(pread(file_.get(), out.data() + done, out.size() - done,
                                                 offset + static_cast<int64_t>(done)));
    if (got < 0) return DiskError(errno, "reading", key_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

}  // namespace rookery::artifact
