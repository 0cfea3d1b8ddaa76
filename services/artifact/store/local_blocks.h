// Blocks of blobs that are not made yet, in a local store.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "libs/base/status.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/scratch_folder.h"

namespace rookery::artifact {

// A folder in the scratch folder for each key, and in it a file for each block. The scratch
// folder's sweep removes it when nothing has come for a day. Thread-safe; several servers may share
// one, so a client may go on at another.
class LocalBlocks {
 public:
  // `root` and `scratch` must outlive it.
  LocalBlocks(int root, const ScratchFolder& scratch) : root_(root), scratch_(scratch) {}

  // As BlobStore's.
  StatusOr<std::unique_ptr<BlobWriter>> Stage(const std::string& key,
                                              const std::string& block) const;
  Status Commit(const std::string& key, std::span<const std::string> blocks) const;

 private:
  Status Assemble(const std::string& key, const std::string& folder,
                  std::span<const std::string> blocks) const;
  // Notes which blob was made of which blocks, for a client that did not hear of it and asks again.
  Status NoteMade(const std::string& key, const std::string& folder,
                  std::span<const std::string> blocks) const;
  StatusOr<bool> WasMade(const std::string& key, const std::string& folder,
                         std::span<const std::string> blocks) const;
  void Drop(const std::string& folder, std::span<const std::string> blocks) const;

  const int root_;
  const ScratchFolder& scratch_;
};

}  // namespace rookery::artifact
