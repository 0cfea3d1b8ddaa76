// Blobs as files in a folder of this machine, or of a volume that is mounted on it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/local_blocks.h"
#include "services/artifact/store/local_metadata.h"
#include "services/artifact/store/scratch_folder.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// A key is the path of its file below the root, so that people can read the folder without Rookery.
// Symbolic links in it are not followed and not listed; the root itself may be one. Several servers
// may share a root. Folders stay when their last file is deleted, as in MLflow's own store.
class LocalBlobStore final : public BlobStore {
 public:
  // Makes the folder if it is absent, and removes what uploads left there that were broken off more
  // than a day ago; so it does from time to time while blocks come in. `clock` outlives it. The
  // error is one line for the person who started the server, with the folder's name.
  static StatusOr<std::unique_ptr<LocalBlobStore>> OpenAt(const std::string& folder,
                                                          const Clock& clock);

  StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& key) override;
  StatusOr<std::unique_ptr<BlobWriter>> Create(const std::string& key) override;
  StatusOr<std::vector<BlobEntry>> List(const std::string& folder) override;
  Status Delete(const std::string& key) override;
  StatusOr<std::unique_ptr<BlobWriter>> StageBlock(const std::string& key,
                                                   const std::string& block) override;
  Status CommitBlocks(const std::string& key, std::span<const std::string> blocks) override;
  Status SetMetadata(const std::string& key, const BlobMetadata& metadata) override;
  StatusOr<BlobMetadata> Metadata(const std::string& key, const BlobInfo& info) override;

 private:
  LocalBlobStore(UniqueFd root, ScratchFolder scratch, const Clock& clock);

  // Blocks whose upload was given up must not wait for the next start.
  void SweepIfDue();
  void Sweep() const;

  const UniqueFd root_;
  const ScratchFolder scratch_;
  const LocalBlocks blocks_;
  const LocalMetadata metadata_;
  const Clock& clock_;
  std::atomic<int64_t> swept_s_;  // since the Unix epoch
};

}  // namespace rookery::artifact
