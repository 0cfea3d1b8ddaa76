#include "services/artifact/domain/blob_listing.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "services/artifact/domain/artifact_path.h"

namespace rookery::artifact {
namespace {

class Walk {
 public:
  Walk(BlobStore& store, const CallContext& call, const ListOptions& options)
      : store_(store), call_(call), options_(options) {}

  // Adds what `folder` ("" or ending with `/`) has to the page.
  Status Visit(const std::string& folder) {
    ASSIGN_OR_RETURN(const std::vector<ListedItem> items, ItemsOf(folder));
    for (const ListedItem& item : items) {
      if (!page_.next.empty()) break;
      if (item.is_folder && !options_.by_folder) {
        if (MayHoldMore(item.path)) RETURN_IF_ERROR(Visit(item.path));
      } else if (item.path >= options_.from) {
        Add(item);
      }
    }
    return absl::OkStatus();
  }

  BlobPage Take() { return std::move(page_); }

 private:
  // Those that may be listed, in the order of their paths: a folder's `/` counts.
  StatusOr<std::vector<ListedItem>> ItemsOf(const std::string& folder) {
    std::vector<ListedItem> items;
    const std::string path = folder.empty() ? folder : folder.substr(0, folder.size() - 1);
    const auto key = BlobKey(call_.workspace, path);
    // Nothing can be there; least of all below "/", which is not the top.
    if (!key.ok() || folder == "/") return items;
    ASSIGN_OR_RETURN(std::vector<BlobEntry> entries, store_.List(*key));
    for (BlobEntry& entry : entries) {
      if (folder.empty() && IsHidden(call_.workspace, entry.name)) continue;
      if (!simdjson::validate_utf8(entry.name)) continue;
      ListedItem item{folder + entry.name, entry.is_folder, std::move(entry.info)};
      if (item.is_folder) item.path += '/';
      if (item.path.starts_with(options_.prefix)) items.push_back(std::move(item));
    }
    std::ranges::sort(items, {}, &ListedItem::path);
    return items;
  }

  // Whether the page's first item may lie in `folder`, or before it.
  bool MayHoldMore(const std::string& folder) const {
    return folder >= options_.from || options_.from.starts_with(folder);
  }

  void Add(const ListedItem& item) {
    if (page_.items.size() == options_.max_items) {
      page_.next = item.path;
    } else {
      page_.items.push_back(item);
    }
  }

  BlobStore& store_;
  const CallContext& call_;
  const ListOptions& options_;
  BlobPage page_;
};

}  // namespace

StatusOr<BlobPage> ListBlobs(BlobStore& store, const CallContext& call,
                             const ListOptions& options) {
  Walk walk(store, call, options);
  // Only what is below the prefix's last whole folder can have the prefix.
  const size_t slash = options.prefix.rfind('/');
  RETURN_IF_ERROR(
      walk.Visit(slash == std::string::npos ? "" : options.prefix.substr(0, slash + 1)));
  return walk.Take();
}

}  // namespace rookery::artifact
