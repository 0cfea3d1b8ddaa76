// All files of a workspace in one flat order, page by page, as Azure Blob lists a container.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

struct ListOptions {
  // Of the whole path; any text.
  std::string prefix;
  // The page begins with what has this path or a greater one; "" is the first page.
  std::string from;
  size_t max_items = 5000;
  // Folders below the prefix are one item each instead of all that is in them.
  bool by_folder = false;
};

struct ListedItem {
  // From the workspace's top; a folder's ends with `/`.
  std::string path;
  bool is_folder = false;
  // Of a file.
  BlobInfo info;
};

struct BlobPage {
  // Ordered by the bytes of their paths.
  std::vector<ListedItem> items;
  // Where the next page begins; "" after the last.
  std::string next;
};

// Holds no more than the page and the folders above its last item, each with its names.
// UNAVAILABLE: the store failed.
StatusOr<BlobPage> ListBlobs(BlobStore& store, const CallContext& call, const ListOptions& options);

}  // namespace rookery::artifact
