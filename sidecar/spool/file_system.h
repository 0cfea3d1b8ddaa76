// The few operations that the spool asks of a file system, so that tests can take its place.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::spool {

// Closed when destroyed. May be used by several threads, as long as no two write.
//
// All functions: UNAVAILABLE if the disk refuses, RESOURCE_EXHAUSTED if it is full.
class File {
 public:
  virtual ~File() = default;

  // Fewer bytes than asked for: the file ends there.
  virtual StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> bytes) const = 0;
  // All of them, or an error, after which any part of them may be written.
  virtual Status WriteAt(uint64_t offset, std::string_view bytes) = 0;
  // What was written is on disk when it returns (fdatasync). After an error it is unknown what is.
  virtual Status Sync() = 0;
  virtual StatusOr<uint64_t> Size() const = 0;

  // What tells this file from a copy of it.
  struct Identity {
    uint64_t inode = 0;
    int64_t birth_ns = 0;  // 0 where the file system does not tell
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  virtual StatusOr<Identity> Identify() const = 0;
};

// Held as long as it lives, or until the process ends, however it ends.
class FolderLock {
 public:
  virtual ~FolderLock() = default;
};

// Thread-safe. Errors are File's, and NOT_FOUND where there is no such file.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Status MakeFolder(const std::string& folder) = 0;
  // To read it and, if `writable`, to write it.
  virtual StatusOr<std::unique_ptr<File>> Open(const std::string& path, bool writable) = 0;
  // A new file of zeros, in place of one of that name, which is on disk when this returns.
  virtual StatusOr<std::unique_ptr<File>> Create(const std::string& path, uint64_t bytes) = 0;
  // In place of a file of that name.
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status Remove(const std::string& path) = 0;
  // The names in it, in no order.
  virtual StatusOr<std::vector<std::string>> List(const std::string& folder) = 0;
  // The names in it are on disk when it returns.
  virtual Status SyncFolder(const std::string& folder) = 0;

  struct Space {
    int64_t free_bytes = 0;  // for this process
    int64_t total_bytes = 0;
  };
  virtual StatusOr<Space> SpaceOf(const std::string& folder) = 0;

  // FAILED_PRECONDITION: another process, or another spool of this one, has it.
  virtual StatusOr<std::unique_ptr<FolderLock>> Lock(const std::string& path) = 0;

  // The machine's.
  static FileSystem& Posix();
};

}  // namespace rookery::spool
