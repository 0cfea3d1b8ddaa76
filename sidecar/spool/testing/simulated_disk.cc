#include "sidecar/spool/testing/simulated_disk.h"

#include <algorithm>
#include <utility>

namespace rookery::spool::testing {
namespace {

constexpr uint64_t kSectorBytes = 512;

}  // namespace

class SimulatedFile final : public File {
 public:
  SimulatedFile(SimulatedDisk& disk, SimulatedDisk::InodeRef inode, std::string path)
      : disk_(disk), inode_(std::move(inode)), path_(std::move(path)) {}

  StatusOr<size_t> ReadAt(uint64_t offset, std::span<char> bytes) const override {
    RETURN_IF_ERROR(disk_.Ask(Operation::Is::kRead, path_).status);
    const std::lock_guard lock(disk_.mutex_);
    const std::string& all = inode_->bytes;
    if (offset >= all.size()) return 0;
    return all.copy(bytes.data(), bytes.size(), offset);
  }

  Status WriteAt(uint64_t offset, std::string_view bytes) override {
    const Fault fault = disk_.Ask(Operation::Is::kWrite, path_);
    if (!fault.status.ok()) bytes = bytes.substr(0, fault.written_bytes);
    const std::lock_guard lock(disk_.mutex_);
    std::string& all = inode_->bytes;
    if (offset + bytes.size() > all.size()) {
      return absl::ResourceExhaustedError("a write past what was allocated");
    }
    all.replace(offset, bytes.size(), bytes);
    disk_.Note({.is = Operation::Is::kWrite,
                .inode = inode_->number,
                .offset = offset,
                .bytes = std::string(bytes)});
    return fault.status;
  }

  Status Sync() override {
    const Fault fault = disk_.Ask(Operation::Is::kSync, path_);
    const std::lock_guard lock(disk_.mutex_);
    disk_.Note({.is = Operation::Is::kSync, .inode = inode_->number, .failed = !fault.status.ok()});
    return fault.status;
  }

  StatusOr<uint64_t> Size() const override {
    const std::lock_guard lock(disk_.mutex_);
    return inode_->bytes.size();
  }

  StatusOr<Identity> Identify() const override {
    return Identity{.inode = inode_->number,
                    .birth_ns = static_cast<int64_t>(inode_->number) * 1000};
  }

 private:
  SimulatedDisk& disk_;
  const SimulatedDisk::InodeRef inode_;
  const std::string path_;
};

class SimulatedLock final : public FolderLock {
 public:
  SimulatedLock(SimulatedDisk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}
  ~SimulatedLock() override {
    const std::lock_guard lock(disk_.mutex_);
    disk_.locked_.erase(path_);
  }

 private:
  SimulatedDisk& disk_;
  const std::string path_;
};

Status SimulatedDisk::MakeFolder(const std::string&) { return absl::OkStatus(); }

StatusOr<std::unique_ptr<File>> SimulatedDisk::Open(const std::string& path, bool) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(path);
  if (found == names_.end()) return absl::NotFoundError("no file " + path);
  return std::make_unique<SimulatedFile>(*this, found->second, path);
}

StatusOr<std::unique_ptr<File>> SimulatedDisk::Create(const std::string& path, uint64_t bytes) {
  RETURN_IF_ERROR(Ask(Operation::Is::kCreate, path).status);
  const std::lock_guard lock(mutex_);
  if (UsedLocked() + static_cast<int64_t>(bytes) > capacity_) {
    return absl::ResourceExhaustedError("no space for " + path);
  }
  InodeRef inode = NewInode(std::string(bytes, '\0'));
  names_[path] = inode;
  Note({.is = Operation::Is::kCreate, .path = path, .inode = inode->number, .size = bytes});
  return std::make_unique<SimulatedFile>(*this, inode, path);
}

Status SimulatedDisk::Rename(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(Ask(Operation::Is::kRename, from).status);
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(from);
  if (found == names_.end()) return absl::NotFoundError("no file " + from);
  const InodeRef inode = found->second;
  names_.erase(found);
  names_[to] = inode;
  Note({.is = Operation::Is::kRename, .path = from, .to = to});
  return absl::OkStatus();
}

Status SimulatedDisk::Remove(const std::string& path) {
  RETURN_IF_ERROR(Ask(Operation::Is::kRemove, path).status);
  const std::lock_guard lock(mutex_);
  if (names_.erase(path) == 0) return absl::NotFoundError("no file " + path);
  Note({.is = Operation::Is::kRemove, .path = path});
  return absl::OkStatus();
}

StatusOr<std::vector<std::string>> SimulatedDisk::List(const std::string& folder) {
  std::vector<std::string> names;
  for (const std::string& path : Paths()) {
    if (path.starts_with(folder + "/")) names.push_back(path.substr(folder.size() + 1));
  }
  return names;
}

Status SimulatedDisk::SyncFolder(const std::string& folder) {
  RETURN_IF_ERROR(Ask(Operation::Is::kSyncFolder, folder).status);
  const std::lock_guard lock(mutex_);
  Note({.is = Operation::Is::kSyncFolder});
  return absl::OkStatus();
}

StatusOr<FileSystem::Space> SimulatedDisk::SpaceOf(const std::string&) {
  const std::lock_guard lock(mutex_);
  return Space{.free_bytes = std::max<int64_t>(0, capacity_ - UsedLocked()),
               .total_bytes = capacity_};
}

StatusOr<std::unique_ptr<FolderLock>> SimulatedDisk::Lock(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (!locked_.insert(path).second) return absl::FailedPreconditionError(path + " is locked");
  return std::make_unique<SimulatedLock>(*this, path);
}

void SimulatedDisk::SetHook(Hook hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

void SimulatedDisk::SetCapacity(int64_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

size_t SimulatedDisk::operations() const {
  const std::lock_guard lock(mutex_);
  return changes_.size();
}

Fault SimulatedDisk::Ask(Operation::Is is, const std::string& path) {
  Hook hook;
  {
    const std::lock_guard lock(mutex_);
    hook = hook_;
  }
  return hook ? hook({is, path}) : Fault{};
}

void SimulatedDisk::Note(Change change) { changes_.push_back(std::move(change)); }

int64_t SimulatedDisk::UsedLocked() const {
  int64_t used = 0;
  for (const auto& [path, inode] : names_) used += static_cast<int64_t>(inode->bytes.size());
  return used;
}

SimulatedDisk::InodeRef SimulatedDisk::NewInode(std::string bytes) {
  auto inode = std::make_shared<Inode>();
  inode->number = ++last_inode_;
  inode->bytes = std::move(bytes);
  return inode;
}

void SimulatedDisk::AddDurable(const std::string& path, uint64_t number, std::string bytes) {
  auto inode = std::make_shared<Inode>();
  inode->number = number;
  last_inode_ = std::max(last_inode_, number);
  inode->bytes = std::move(bytes);
  inode->first = std::make_shared<const std::string>(inode->bytes);
  names_[path] = inode;
  first_names_[path] = inode;
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::AfterKill() const {
  const std::lock_guard lock(mutex_);
  auto disk = std::make_unique<SimulatedDisk>();
  for (const auto& [path, inode] : names_) disk->AddDurable(path, inode->number, inode->bytes);
  disk->last_inode_ = last_inode_;
  return disk;
}

// What is on disk, and what may be, as the changes go by.
class SimulatedDisk::Replay {
 public:
  explicit Replay(const std::map<std::string, InodeRef>& first) {
    for (const auto& [path, inode] : first) {
      names_[path] = inode->number;
      files_[inode->number].bytes = *inode->first;
    }
    moments_.push_back(names_);
  }

  void Take(const Change& change) {
    switch (change.is) {
      case Operation::Is::kCreate:
        files_[change.inode].bytes.assign(change.size, '\0');
        names_[change.path] = change.inode;
        moments_.push_back(names_);
        break;
      case Operation::Is::kWrite:
        files_[change.inode].unsynced.push_back(&change);
        break;
      case Operation::Is::kSync: {
        Content& file = files_[change.inode];
        if (!change.failed) {
          for (const Change* write : file.unsynced) {
            file.bytes.replace(write->offset, write->bytes.size(), write->bytes);
          }
        }
        file.unsynced.clear();
        break;
      }
      case Operation::Is::kRename:
        names_[change.to] = names_[change.path];
        names_.erase(change.path);
        moments_.push_back(names_);
        break;
      case Operation::Is::kRemove:
        names_.erase(change.path);
        moments_.push_back(names_);
        break;
      case Operation::Is::kSyncFolder:
        moments_ = {names_};
        break;
      case Operation::Is::kRead:
        break;
    }
  }

  void Finish(Unsynced unsynced, Random& random, SimulatedDisk* disk) {
    size_t moment = 0;
    if (unsynced == Unsynced::kAll) moment = moments_.size() - 1;
    if (unsynced == Unsynced::kAny) moment = random() % moments_.size();
    for (const auto& [path, number] : moments_[moment]) {
      Content& file = files_[number];
      if (unsynced == Unsynced::kAll) ApplyAll(&file);
      if (unsynced == Unsynced::kAny) ApplySome(&file, random);
      disk->AddDurable(path, number, file.bytes);
    }
  }

 private:
  struct Content {
    std::string bytes;
    std::vector<const Change*> unsynced;
  };

  static void ApplyAll(Content* file) {
    for (const Change* write : file->unsynced) {
      file->bytes.replace(write->offset, write->bytes.size(), write->bytes);
    }
  }

  // Each sector as it was after some of the writes.
  static void ApplySome(Content* file, Random& random) {
    const uint64_t likely = random() % 5;  // Of 4: how likely a write reached the disk.
    std::map<uint64_t, size_t> upto;
    for (size_t i = 0; i < file->unsynced.size(); ++i) {
      const Change& write = *file->unsynced[i];
      for (uint64_t at = write.offset; at < write.offset + write.bytes.size();) {
        const uint64_t sector = at / kSectorBytes;
        const uint64_t end =
            std::min((sector + 1) * kSectorBytes, write.offset + write.bytes.size());
        const auto [known, is_new] = upto.try_emplace(sector, 0);
        if (is_new) known->second = random() % 4 < likely ? file->unsynced.size() : random() % 2;
        if (i < known->second) {
          file->bytes.replace(at, end - at, write.bytes, at - write.offset, end - at);
        }
        at = end;
      }
    }
  }

  std::map<std::string, uint64_t> names_;
  std::map<uint64_t, Content> files_;
  std::vector<std::map<std::string, uint64_t>> moments_;
};

std::unique_ptr<SimulatedDisk> SimulatedDisk::AfterPowerLoss(size_t operations, Unsynced unsynced,
                                                             Random& random) const {
  const std::lock_guard lock(mutex_);
  Replay replay(first_names_);
  for (size_t i = 0; i < std::min(operations, changes_.size()); ++i) replay.Take(changes_[i]);
  auto disk = std::make_unique<SimulatedDisk>();
  replay.Finish(unsynced, random, disk.get());
  disk->last_inode_ = last_inode_;
  return disk;
}

std::unique_ptr<SimulatedDisk> SimulatedDisk::Copy() const {
  const std::lock_guard lock(mutex_);
  auto disk = std::make_unique<SimulatedDisk>();
  for (const auto& [path, inode] : names_) {
    disk->AddDurable(path, last_inode_ + inode->number, inode->bytes);
  }
  return disk;
}

std::vector<std::string> SimulatedDisk::Paths() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, inode] : names_) paths.push_back(path);
  return paths;
}

std::string SimulatedDisk::Bytes(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return names_.at(path)->bytes;
}

void SimulatedDisk::SetBytes(const std::string& path, std::string bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(path);
  const uint64_t number = found == names_.end() ? ++last_inode_ : found->second->number;
  AddDurable(path, number, std::move(bytes));
  Settle();
}

void SimulatedDisk::Delete(const std::string& path) {
  const std::lock_guard lock(mutex_);
  names_.erase(path);
  Settle();
}

void SimulatedDisk::Settle() {
  changes_.clear();
  first_names_ = names_;
  for (const auto& [path, inode] : names_) {
    inode->first = std::make_shared<const std::string>(inode->bytes);
  }
}

}  // namespace rookery::spool::testing
