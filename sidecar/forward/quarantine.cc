#include "sidecar/forward/quarantine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <set>
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

std::pair<uint64_t, uint32_t> PlaceOf(const QuarantinedRecord& record) {
  return {record.segment(), record.offset()};
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

Status Quarantine::Add(const QuarantinedRecord& record) {
  const std::lock_guard lock(mutex_);
  if (!known_) {
    ASSIGN_OR_RETURN(const auto listed, Read());
    known_.emplace();
    for (const QuarantinedRecord& other : listed) known_->insert(PlaceOf(other));
  }
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

Status Quarantine::Clear() {
  const std::lock_guard lock(mutex_);
  if (unlink(path_.c_str()) != 0 && errno != ENOENT) return DiskError("remove", path_);
  known_.reset();
  return absl::OkStatus();
}

}  // namespace rookery::sidecar
