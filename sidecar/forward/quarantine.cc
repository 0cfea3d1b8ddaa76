#include "sidecar/forward/quarantine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace rookery::sidecar {
namespace {

namespace io = google::protobuf::io;

Status DiskError(std::string_view what, const std::string& path) {
  return absl::UnavailableError(fmt::format("Cannot {} {}: {}", what, path, std::strerror(errno)));
}

uint32_t ChecksumOf(const std::string& text) {
  return static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

// Locked as long as it lives.
class FileLock {
 public:
  explicit FileLock(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock() {
    if (file_ >= 0) close(file_);
  }
  bool Lock() const { return file_ >= 0 && flock(file_, LOCK_EX) == 0; }

 private:
  const int file_;
};

Status WriteAll(const std::string& path, const std::string& bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return DiskError("open", path);
  Status status;
  if (write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
      fsync(file) != 0) {
    status = DiskError("write", path);
  }
  close(file);
  return status;
}

// Length, checksum, bytes.
std::string EntryOf(const QuarantinedRecord& record) {
  const std::string bytes = record.SerializeAsString();
  std::string entry;
  {
    io::StringOutputStream stream(&entry);
    io::CodedOutputStream out(&stream);
    out.WriteLittleEndian32(static_cast<uint32_t>(bytes.size()));
    out.WriteLittleEndian32(ChecksumOf(bytes));
    out.WriteString(bytes);
  }
  return entry;
}

}  // namespace

std::string QuarantinePath(const std::string& folder) { return folder + "/quarantine.log"; }

spool::Position PlaceOf(const QuarantinedRecord& record) {
  return {record.segment(), record.offset()};
}

Status Quarantine::Know() {
  if (known_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto listed, Read());
  known_.emplace();
  for (const QuarantinedRecord& other : listed) known_->insert(PlaceOf(other));
  return absl::OkStatus();
}

StatusOr<bool> Quarantine::Has(spool::Position position) {
  const std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(Know());
  return known_->contains(position);
}

Status Quarantine::Add(const QuarantinedRecord& record) {
  const std::lock_guard lock(mutex_);
  const FileLock file_lock(path_ + ".lock");
  if (!file_lock.Lock()) return DiskError("lock", path_);
  RETURN_IF_ERROR(Know());
  if (known_->contains(PlaceOf(record))) return absl::OkStatus();
  const int file = open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return DiskError("open", path_);
  struct stat before = {};
  const std::string entry = EntryOf(record);
  Status status;
  if (fstat(file, &before) != 0 ||
      write(file, entry.data(), entry.size()) != static_cast<ssize_t>(entry.size()) ||
      fsync(file) != 0) {
    status = DiskError("write", path_);
    // What was begun would hide what comes after it.
    if (ftruncate(file, before.st_size) != 0) status = DiskError("mend", path_);
  }
  close(file);
  if (status.ok()) known_->insert(PlaceOf(record));
  return status;
}

StatusOr<std::vector<QuarantinedRecord>> Quarantine::List() const {
  const std::lock_guard lock(mutex_);
  return Read();
}

StatusOr<std::vector<QuarantinedRecord>> Quarantine::Read() const {
  const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT) return std::vector<QuarantinedRecord>();
    return DiskError("open", path_);
  }
  io::FileInputStream stream(file);
  stream.SetCloseOnDelete(true);
  std::vector<QuarantinedRecord> records;
  while (true) {
    io::CodedInputStream in(&stream);
    uint32_t size = 0;
    uint32_t checksum = 0;
    std::string bytes;
    if (!in.ReadLittleEndian32(&size) || !in.ReadLittleEndian32(&checksum) ||
        !in.ReadString(&bytes, static_cast<int>(size))) {
      return records;
    }
    QuarantinedRecord record;
    if (ChecksumOf(bytes) == checksum && record.ParseFromString(bytes)) {
      records.push_back(std::move(record));
    }
  }
}

Status Quarantine::Remove(const std::set<spool::Position>& positions) {
  const std::lock_guard lock(mutex_);
  const FileLock file_lock(path_ + ".lock");
  if (!file_lock.Lock()) return DiskError("lock", path_);
  ASSIGN_OR_RETURN(const auto listed, Read());
  std::string left;
  for (const QuarantinedRecord& record : listed) {
    if (!positions.contains(PlaceOf(record))) left += EntryOf(record);
  }
  const std::string made = path_ + ".new";
  RETURN_IF_ERROR(WriteAll(made, left));
  // Whichever of the two is there after a loss of power: nothing is lost by it.
  if (rename(made.c_str(), path_.c_str()) != 0) return DiskError("replace", path_);
  return absl::OkStatus();
}

}  // namespace rookery::sidecar
