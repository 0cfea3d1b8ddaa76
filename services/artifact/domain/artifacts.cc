#include "services/artifact/domain/artifacts.h"

#include <absl/strings/escaping.h>
#include <absl/time/time.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <utility>

#include "services/artifact/domain/artifact_path.h"
#include "services/artifact/domain/blob_listing.h"

namespace rookery::artifact {
namespace {

constexpr int kDefaultTreePage = 1000;
constexpr int kMaxTreePage = 5000;

// Clients write `dir/` for the folder `dir`, and MLflow answers them.
std::string_view WithoutTrailingSlash(std::string_view path) {
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view LastPart(std::string_view path) { return path.substr(path.rfind('/') + 1); }

StatusOr<std::string> FileKey(const CallContext& call, std::string_view path) {
  if (path.empty()) return absl::InvalidArgumentError("Invalid path: it is empty. Name a file.");
  return BlobKey(call.workspace, path);
}

}  // namespace

StatusOr<v1::ListArtifactsResponse> Artifacts::List(const CallContext& call,
                                                    const v1::ListArtifactsRequest& request) {
  const std::string_view path = WithoutTrailingSlash(request.path());
  ASSIGN_OR_RETURN(const std::string folder, BlobKey(call.workspace, path));
  ASSIGN_OR_RETURN(const std::vector<BlobEntry> entries, store_.List(folder));
  v1::ListArtifactsResponse response;
  for (const BlobEntry& entry : entries) {
    if (path.empty() && IsHidden(call.workspace, entry.name)) continue;
    // Only others than we can have made such a file. No proto could carry its name.
    if (!simdjson::validate_utf8(entry.name)) continue;
    v1::FileInfo& file = *response.add_files();
    file.set_path(entry.name);
    file.set_is_dir(entry.is_folder);
    if (entry.info.size_bytes > 0) file.set_file_size(entry.info.size_bytes);
  }
  return response;
}

StatusOr<v1::ListArtifactTreeResponse> Artifacts::ListTree(
    const CallContext& call, const v1::ListArtifactTreeRequest& request) {
  const int limit = request.has_max_results() ? request.max_results() : kDefaultTreePage;
  if (limit < 1 || limit > kMaxTreePage) {
    return absl::InvalidArgumentError(
        fmt::format("'max_results' must be between 1 and {}, but is {}.", kMaxTreePage, limit));
  }
  ListOptions options{.prefix = request.prefix(), .max_items = static_cast<size_t>(limit)};
  if (!absl::WebSafeBase64Unescape(request.page_token(), &options.from)) {
    return absl::InvalidArgumentError("'page_token' is none that was given here.");
  }
  ASSIGN_OR_RETURN(const BlobPage page, ListBlobs(store_, call, options));
  v1::ListArtifactTreeResponse response;
  for (const ListedItem& item : page.items) {
    v1::TreeFile& file = *response.add_files();
    file.set_path(item.path);
    file.set_size_bytes(item.info.size_bytes);
    file.set_last_modified_ms(absl::ToUnixMillis(item.info.modified));
    file.set_etag(item.info.etag);
  }
  if (!page.next.empty()) response.set_next_page_token(absl::WebSafeBase64Escape(page.next));
  return response;
}

StatusOr<v1::DeleteArtifactResponse> Artifacts::Delete(const CallContext& call,
                                                       const v1::DeleteArtifactRequest& request) {
  ASSIGN_OR_RETURN(const std::string key, FileKey(call, WithoutTrailingSlash(request.path())));
  RETURN_IF_ERROR(NamePath(request.path(), store_.Delete(key)));
  return v1::DeleteArtifactResponse();
}

StatusOr<std::unique_ptr<BlobWriter>> Artifacts::Upload(const CallContext& call,
                                                        const std::string& path) {
  ASSIGN_OR_RETURN(const std::string key, FileKey(call, path));
  auto writer = store_.Create(key);
  RETURN_IF_ERROR(NamePath(path, writer.status()));
  return writer;
}

StatusOr<Download> Artifacts::Open(const CallContext& call, const std::string& path,
                                   std::string_view range) {
  ASSIGN_OR_RETURN(const std::string key, FileKey(call, path));
  auto blob = store_.Open(key);
  if (absl::IsNotFound(blob.status())) {
    return absl::NotFoundError(fmt::format("No such artifact: '{}'", path));
  }
  RETURN_IF_ERROR(NamePath(path, blob.status()));
  Download download;
  download.blob = *std::move(blob);
  const BlobInfo& info = download.blob->info();
  auto selected = SelectRange(range, info.size_bytes);
  if (selected.ok()) {
    download.range = *selected;
    download.head = HttpHead(LastPart(path), info, *selected);
  } else {
    download.status = selected.status();
    download.head = HttpHeadOutOfRange(info);
  }
  return download;
}

Status NamePath(std::string_view path, const Status& status) {
  if (!absl::IsInvalidArgument(status)) return status;
  return Prefixed(fmt::format("'{}' ", path), status);
}

}  // namespace rookery::artifact
