#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "libs/base/status.h"
#include "sidecar/spool/file_system.h"

namespace rookery::spool {
namespace {

constexpr size_t kZeroingBytes = size_t{1} << 20;

Status Error(std::string_view what, std::string_view path, int error) {
  const std::string text =
      fmt::format("{} '{}': {}", what, path, std::generic_category().message(error));
  switch (error) {
    case ENOENT:
      return absl::NotFoundError(text);
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(text);
    default:
      return absl::UnavailableError(text);
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor descriptor, std::string path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> bytes) const override {
    size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t read = pread(descriptor_.get(), bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(offset + done));
      if (read < 0 && errno == EINTR) continue;
      if (read < 0) return Error("Cannot read", path_, errno);
      if (read == 0) break;
      done += static_cast<size_t>(read);
    }
    return done;
  }

  Status WriteAt(uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written =
          pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return Error("Cannot write", path_, errno);
      if (written == 0) return Error("Cannot write", path_, ENOSPC);
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += static_cast<uint64_t>(written);
    }
    return absl::OkStatus();
  }

  Status Sync() override {
    // Not repeated, even after EINTR: a second sync may succeed though the first lost the bytes.
    if (fdatasync(descriptor_.get()) != 0) return Error("Cannot sync", path_, errno);
    return absl::OkStatus();
  }

  StatusOr<uint64_t> Size() const override {
    struct stat found = {};
    if (fstat(descriptor_.get(), &found) != 0) return Error("Cannot look at", path_, errno);
    return static_cast<uint64_t>(found.st_size);
  }

  StatusOr<Identity> Identify() const override {
    struct statx found = {};
    if (statx(descriptor_.get(), "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &found) != 0) {
      return Error("Cannot look at", path_, errno);
    }
    Identity identity;
    identity.inode = found.stx_ino;
    if ((found.stx_mask & STATX_BTIME) != 0) {
      identity.birth_ns = found.stx_btime.tv_sec * 1'000'000'000 + found.stx_btime.tv_nsec;
    }
    return identity;
  }

  Status Fill(uint64_t bytes) {
    const int error = posix_fallocate(descriptor_.get(), 0, static_cast<off_t>(bytes));
    // Not every file system can; writing the zeros allocates, too.
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL) {
      return Error("Cannot reserve room for", path_, error);
    }
    const std::string zeros(std::min<uint64_t>(bytes, kZeroingBytes), '\0');
    for (uint64_t offset = 0; offset < bytes; offset += zeros.size()) {
      RETURN_IF_ERROR(WriteAt(
          offset, std::string_view(zeros).substr(0, std::min(zeros.size(), bytes - offset))));
    }
    if (fsync(descriptor_.get()) != 0) return Error("Cannot sync", path_, errno);
    return absl::OkStatus();
  }

 private:
  const Descriptor descriptor_;
  const std::string path_;
};

class PosixLock final : public FolderLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  const Descriptor descriptor_;
};

class PosixFileSystem final : public FileSystem {
 public:
  Status MakeFolder(const std::string& folder) override {
    for (size_t end = folder.find('/', 1);; end = folder.find('/', end + 1)) {
      const std::string part = folder.substr(0, end);
      if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
        return Error("Cannot make the folder", part, errno);
      }
      if (end == std::string::npos) return absl::OkStatus();
    }
  }

  StatusOr<std::unique_ptr<File>> Open(const std::string& path, bool writable) override {
    return OpenWith(path, writable ? O_RDWR : O_RDONLY);
  }

  StatusOr<std::unique_ptr<File>> Create(const std::string& path, uint64_t bytes) override {
    ASSIGN_OR_RETURN(std::unique_ptr<PosixFile> file, OpenWith(path, O_RDWR | O_CREAT | O_TRUNC));
    if (Status filled = file->Fill(bytes); !filled.ok()) {
      unlink(path.c_str());
      return filled;
    }
    return file;
  }

  Status Rename(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) != 0) return Error("Cannot rename", from, errno);
    return absl::OkStatus();
  }

  Status Remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return Error("Cannot remove", path, errno);
    return absl::OkStatus();
  }

  StatusOr<std::vector<std::string>> List(const std::string& folder) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(opendir(folder.c_str()), closedir);
    if (open == nullptr) return Error("Cannot list", folder, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(open.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return Error("Cannot list", folder, errno);
    return names;
  }

  Status SyncFolder(const std::string& folder) override {
    const Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open.ok() || fsync(open.get()) != 0) return Error("Cannot sync", folder, errno);
    return absl::OkStatus();
  }

  StatusOr<Space> SpaceOf(const std::string& folder) override {
    struct statvfs found = {};
    if (statvfs(folder.c_str(), &found) != 0) return Error("Cannot look at", folder, errno);
    const auto block = static_cast<int64_t>(found.f_frsize);
    return Space{.free_bytes = static_cast<int64_t>(found.f_bavail) * block,
                 .total_bytes = static_cast<int64_t>(found.f_blocks) * block};
  }

  StatusOr<std::unique_ptr<FolderLock>> Lock(const std::string& path) override {
    Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!descriptor.ok()) return Error("Cannot open", path, errno);
    if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return Error("Cannot lock", path, errno);
      return absl::FailedPreconditionError(
          fmt::format("'{}' is locked: another process has this spool open", path));
    }
    return std::make_unique<PosixLock>(std::move(descriptor));
  }

 private:
  static StatusOr<std::unique_ptr<PosixFile>> OpenWith(const std::string& path, int flags) {
    Descriptor descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0600));
    if (!descriptor.ok()) return Error("Cannot open", path, errno);
    return std::make_unique<PosixFile>(std::move(descriptor), path);
  }
};

}  // namespace

FileSystem& FileSystem::Posix() {
  static auto* const files = new PosixFileSystem;
  return *files;
}

}  // namespace rookery::spool
