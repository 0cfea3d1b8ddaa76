// A file system in memory that remembers what was synced and what was not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/spool/file_system.h"

namespace rookery::spool::testing {

struct Operation {
  enum class Is { kCreate, kWrite, kSync, kRename, kRemove, kSyncFolder, kRead };
  Is is = Is::kRead;
  std::string path;
};

// What a hook makes of an operation: an error, before which a write still writes its first bytes.
struct Fault {
  Status status;
  size_t written_bytes = 0;
};

// It counts the operations that changed it, and can tell what a loss of power after any of them
// leaves: whatever was synced, and of the rest any sectors of 512 bytes, each as of any of the
// writes to it; of the names, those of some moment since the folder was synced.
//
// After a sync that failed, what it should have synced is lost, as Linux has it: reading still
// shows it, and the next sync says OK.
//
// Thread-safe. Files and locks must not outlive it.
class SimulatedDisk final : public FileSystem {
 public:
  using Random = std::mt19937_64;

  SimulatedDisk() = default;

  Status MakeFolder(const std::string& folder) override;
  StatusOr<std::unique_ptr<File>> Open(const std::string& path, bool writable) override;
  StatusOr<std::unique_ptr<File>> Create(const std::string& path, uint64_t bytes) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status Remove(const std::string& path) override;
  StatusOr<std::vector<std::string>> List(const std::string& folder) override;
  Status SyncFolder(const std::string& folder) override;
  StatusOr<Space> SpaceOf(const std::string& folder) override;
  StatusOr<std::unique_ptr<FolderLock>> Lock(const std::string& path) override;

  // Called before each operation, by whatever thread; may block.
  using Hook = std::function<Fault(const Operation&)>;
  void SetHook(Hook hook);
  // All files together; less than there is already stops what would grow.
  void SetCapacity(int64_t bytes);

  // How many operations changed it so far.
  size_t operations() const;

  // Another disk, with what is left when the process is killed now.
  std::unique_ptr<SimulatedDisk> AfterKill() const;
  // The same after a loss of power that followed the first `operations`.
  enum class Unsynced { kNone, kAll, kAny };
  std::unique_ptr<SimulatedDisk> AfterPowerLoss(size_t operations, Unsynced unsynced,
                                                Random& random) const;
  // With the same names and bytes in other files.
  std::unique_ptr<SimulatedDisk> Copy() const;

  // Past hooks. What is set or deleted is on disk at once, as is then all else, and counting begins
  // anew.
  std::vector<std::string> Paths() const;
  std::string Bytes(const std::string& path) const;
  void SetBytes(const std::string& path, std::string bytes);
  void Delete(const std::string& path);

 private:
  friend class SimulatedFile;
  friend class SimulatedLock;

  struct Inode {
    uint64_t number = 0;
    std::string bytes;
    // Shared with copies of the disk that are made, so that it is never changed.
    std::shared_ptr<const std::string> first;
  };
  using InodeRef = std::shared_ptr<Inode>;

  struct Change {
    Operation::Is is;
    std::string path;
    std::string to;
    uint64_t inode = 0;
    uint64_t offset = 0;
    std::string bytes;
    uint64_t size = 0;
    bool failed = false;
  };

  class Replay;

  Fault Ask(Operation::Is is, const std::string& path);
  void Note(Change change);
  int64_t UsedLocked() const;
  InodeRef NewInode(std::string bytes);
  void Settle();
  void AddDurable(const std::string& path, uint64_t number, std::string bytes);

  mutable std::mutex mutex_;
  // All below: guarded by mutex_.
  std::map<std::string, InodeRef> names_;
  uint64_t last_inode_ = 100;
  std::vector<Change> changes_;
  // What there was before the first change.
  std::map<std::string, InodeRef> first_names_;
  Hook hook_;
  int64_t capacity_ = int64_t{1} << 40;
  std::set<std::string> locked_;
};

}  // namespace rookery::spool::testing
