// Blobs as files in a folder of this machine, or of a volume that is mounted on it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/scratch_folder.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// A key is the path of its file below the root, so that people can read the folder without Rookery.
// Symbolic links in it are not followed and not listed; the root itself may be one. Several servers
// may share a root. Folders stay when their last file is deleted, as in MLflow's own store.
class LocalBlobStore final : public BlobStore {
 public:
  // Makes the folder if it is absent, and removes what uploads left there that a crash broke off
  // more than a day ago. The error is one line for the person who started the server, with the
  // folder's name.
  static StatusOr<std::unique_ptr<LocalBlobStore>> OpenAt(const std::string& folder,
                                                          const Clock& clock);

  StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& key) override;
  StatusOr<std::unique_ptr<BlobWriter>> Create(const std::string& key) override;
  StatusOr<std::vector<BlobEntry>> List(const std::string& folder) override;
  Status Delete(const std::string& key) override;

 private:
  LocalBlobStore(UniqueFd root, ScratchFolder scratch)
      : root_(std::move(root)), scratch_(std::move(scratch)) {}

  const UniqueFd root_;
  const ScratchFolder scratch_;
};

}  // namespace rookery::artifact
