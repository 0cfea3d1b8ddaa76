// What is noted beside the files of a local store.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/scratch_folder.h"

namespace rookery::artifact {

// A small file for each blob that has metadata, in a folder of the server's own: extended
// attributes are not on every file system that people mount. It names the version that it is about,
// so one that is left when its blob was replaced or deleted counts for nothing. Thread-safe;
// several servers may share the folder. UNAVAILABLE: the disk failed.
class LocalMetadata {
 public:
  // `root` and `scratch` must outlive it.
  LocalMetadata(int root, const ScratchFolder& scratch) : root_(root), scratch_(scratch) {}

  Status Set(const std::string& key, std::string_view etag, const BlobMetadata& metadata) const;

  // Of that version of the blob; empty if nothing was noted.
  StatusOr<BlobMetadata> Get(const std::string& key, std::string_view etag) const;

  // The blob was deleted.
  Status Forget(const std::string& key) const;

 private:
  const int root_;
  const ScratchFolder& scratch_;
};

}  // namespace rookery::artifact
