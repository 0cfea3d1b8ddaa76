// A file on its way into a local store.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "services/artifact/store/blob_store.h"
#include "services/artifact/store/scratch_folder.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {

// Writes to the scratch folder. Folders above the key are made by Commit, so that an upload that
// breaks off leaves none.
class LocalBlobWriter final : public BlobWriter {
 public:
  // `root` and `scratch` must outlive it. Errors as BlobStore::Create.
  static StatusOr<std::unique_ptr<LocalBlobWriter>> Create(int root, const ScratchFolder& scratch,
                                                           const std::string& key);
  ~LocalBlobWriter() override;

  Status Append(std::string_view bytes) override;
  Status Commit() override;

  // Appends all of an open file, within the kernel where that can be done.
  Status AppendFile(int file);

 private:
  LocalBlobWriter(int root, const ScratchFolder& scratch, std::string key, std::string scratch_name,
                  UniqueFd file);

  Status AppendBytes(int file);
  Status MoveIntoPlace();

  const int root_;
  const ScratchFolder& scratch_;
  const std::string key_;
  const std::string scratch_name_;
  const UniqueFd file_;
  bool committed_ = false;
};

}  // namespace rookery::artifact
