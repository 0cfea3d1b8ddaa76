// An open file of a local store.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>

#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// What a file says of itself.
BlobInfo InfoOf(const struct stat& facts);

class LocalBlobReader final : public BlobReader {
 public:
  // The file `key` below `root`; errors as BlobStore::Open.
  static StatusOr<std::unique_ptr<BlobReader>> Open(int root, const std::string& key);

  const BlobInfo& info() const override { return info_; }
  StatusOr<size_t> Read(int64_t offset, std::span<char> out) override;

 private:
  LocalBlobReader(UniqueFd file, BlobInfo info, std::string key)
      : file_(std::move(file)), info_(std::move(info)), key_(std::move(key)) {}

  const UniqueFd file_;
  const BlobInfo info_;
  const std::string key_;
};

}  // namespace rookery::artifact
