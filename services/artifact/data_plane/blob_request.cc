#include "services/artifact/data_plane/blob_request.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <fmt/format.h>

#include <algorithm>

#include "libs/http/headers.h"
#include "libs/transcode/percent.h"
#include "services/artifact/data_plane/blob_error.h"

namespace rookery::artifact {
namespace {

constexpr std::string_view kStorePrefix = "/store/";
constexpr std::string_view kMetadataPrefix = "x-ms-meta-";
constexpr size_t kMaxMetadataBytes = 8 << 10;

// `<account>.blob.<anything>`
bool IsBlobHost(std::string_view host) {
  const size_t dot = host.find('.');
  return dot != 0 && dot != std::string_view::npos &&
         http::EqualsIgnoreCase(host.substr(dot, 6), ".blob.") && host.size() > dot + 6;
}

bool HasBlobHost(const http::RequestHead& head) {
  return IsBlobHost(head.headers.Find("Host").value_or(""));
}

// The part after `/store/<account>.blob.<anything>`, or nothing.
std::optional<std::string_view> BelowStore(std::string_view path) {
  if (!path.starts_with(kStorePrefix)) return std::nullopt;
  path.remove_prefix(kStorePrefix.size());
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos || !IsBlobHost(path.substr(0, slash))) return std::nullopt;
  return path.substr(slash);
}

StatusOr<std::string> Decoded(std::string_view text) {
  // A blank is written `%20` by those who write ids of blocks with a `+`.
  auto decoded = transcode::PercentDecode(text, transcode::Plus::kPlus);
  if (!decoded.ok()) return BlobError("InvalidUri", std::string(decoded.status().message()));
  return decoded;
}

std::string* SignedPart(SharedAccess& access, std::string_view name) {
  if (name == "sv") return &access.version;
  if (name == "sr") return &access.resource;
  if (name == "sp") return &access.permissions;
  if (name == "se") return &access.expiry;
  if (name == "sig") return &access.signature;
  return nullptr;
}

Status ParseQuery(std::string_view query, BlobRequest* request) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const size_t equals = std::min(pair.find('='), pair.size());
    ASSIGN_OR_RETURN(const std::string name, Decoded(pair.substr(0, equals)));
    ASSIGN_OR_RETURN(std::string value, Decoded(pair.substr(std::min(equals + 1, pair.size()))));
    if (std::string* part = SignedPart(request->access, name)) {
      if (part->empty()) *part = std::move(value);
    } else {
      request->query.emplace(name, std::move(value));
    }
  }
  return absl::OkStatus();
}

StatusOr<BlobOperation> PutOperation(const BlobRequest& request) {
  const std::string_view comp = request.Query("comp");
  if (comp.empty()) return BlobOperation::kPutBlob;
  if (comp == "block") return BlobOperation::kPutBlock;
  if (comp == "blocklist") return BlobOperation::kPutBlockList;
  if (comp == "metadata") return BlobOperation::kSetMetadata;
  return BlobError("InvalidQueryParameterValue",
                   fmt::format("This server has no PUT with comp={}.", comp));
}

StatusOr<BlobOperation> OperationOf(const http::RequestHead& head, const BlobRequest& request) {
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (request.path.empty()) {
    if (head.method == "GET" && request.Query("restype") == "container" &&
        request.Query("comp") == "list") {
      return BlobOperation::kList;
    }
    return BlobError("InvalidUri", "Of a container, this server has its list alone.");
  }
  if (head.method == "PUT") return PutOperation(request);
  if (!reads) {
    return BlobError("UnsupportedHttpVerb", "Of a blob, this server has GET, HEAD and PUT.");
  }
  const std::string_view comp = request.Query("comp");
  if (comp.empty() || comp == "metadata") return BlobOperation::kRead;
  return BlobError("InvalidQueryParameterValue",
                   fmt::format("This server has no GET with comp={}.", comp));
}

bool IsMetadataName(std::string_view name) {
  return !name.empty() && !absl::ascii_isdigit(static_cast<unsigned char>(name.front())) &&
         std::ranges::all_of(name,
                             [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

}  // namespace

std::string_view BlobRequest::Query(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view() : found->second;
}

char BlobRequest::Permission() const {
  switch (operation) {
    case BlobOperation::kRead:
      return kMayRead;
    case BlobOperation::kList:
      return kMayList;
    default:
      return kMayWrite;
  }
}

bool IsForDataPlane(const http::RequestHead& head) {
  return HasBlobHost(head) || BelowStore(head.path).has_value();
}

StatusOr<BlobRequest> ParseBlobRequest(const http::RequestHead& head) {
  std::string_view rest = head.path;
  if (!HasBlobHost(head)) rest = BelowStore(rest).value_or(rest);
  if (!rest.starts_with('/')) return BlobError("InvalidUri", "The URL has no path.");
  rest.remove_prefix(1);
  BlobRequest request;
  const size_t slash = std::min(rest.find('/'), rest.size());
  ASSIGN_OR_RETURN(request.container, Decoded(rest.substr(0, slash)));
  ASSIGN_OR_RETURN(request.path, Decoded(rest.substr(std::min(slash + 1, rest.size()))));
  if (request.container.empty()) return BlobError("InvalidUri", "The URL names no container.");
  RETURN_IF_ERROR(ParseQuery(head.query, &request));
  ASSIGN_OR_RETURN(request.operation, OperationOf(head, request));
  return request;
}

StatusOr<BlobMetadata> MetadataFrom(const http::Headers& headers) {
  BlobMetadata metadata;
  size_t bytes = 0;
  for (const http::Header& header : headers) {
    if (!http::EqualsIgnoreCase(std::string_view(header.name).substr(0, kMetadataPrefix.size()),
                                kMetadataPrefix)) {
      continue;
    }
    const std::string name = header.name.substr(kMetadataPrefix.size());
    if (!IsMetadataName(name)) {
      return BlobError("InvalidMetadata",
                       "A name of metadata is letters, digits and '_', and begins with no digit.");
    }
    bytes += name.size() + header.value.size();
    metadata[name] = header.value;
  }
  if (bytes > kMaxMetadataBytes) {
    return BlobError("MetadataTooLarge",
                     fmt::format("Metadata may have {} bytes in all.", kMaxMetadataBytes));
  }
  return metadata;
}

}  // namespace rookery::artifact
