#include "services/artifact/domain/multipart_uploads.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "libs/base/ids.h"
#include "libs/base/percent.h"
#include "services/artifact/domain/artifact_path.h"
#include "services/artifact/domain/artifacts.h"

namespace rookery::artifact {
namespace {

constexpr int kMaxParts = 50'000;
// The store keeps blocks as long.
constexpr int32_t kLifetimeSeconds = 24 * 3600;

std::string BlockName(std::string_view upload_id, int part) {
  return fmt::format("{}-{:05}", upload_id, part);
}

// `path` is often the local path of the file.
std::string FilePath(const std::string& folder, const std::string& path) {
  return fmt::format("{}/{}", folder, path.substr(path.rfind('/') + 1));
}

Status CheckUploadId(const std::string& id) {
  if (id.size() == 32 && id.find_first_not_of("0123456789abcdef") == std::string::npos) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("The upload_id is none that this server gave.");
}

// The numbers of the parts in order.
StatusOr<std::set<int>> NumbersOf(const v1::CompleteMultipartUploadRequest& request) {
  std::set<int> numbers;
  for (const v1::UploadedPart& part : request.parts()) {
    if (part.part_number() < 1 || part.part_number() > kMaxParts ||
        !numbers.insert(part.part_number()).second) {
      return absl::InvalidArgumentError(
          fmt::format("Each part has a number of its own from 1 to {}.", kMaxParts));
    }
  }
  if (numbers.empty()) return absl::InvalidArgumentError("Name the parts.");
  return numbers;
}

}  // namespace

StatusOr<v1::CreateMultipartUploadResponse> MultipartUploads::Create(
    const CallContext& call, const v1::CreateMultipartUploadRequest& request) {
  const int parts = request.has_num_parts() ? request.num_parts() : 1;
  if (parts < 1 || parts > kMaxParts) {
    return absl::InvalidArgumentError(
        fmt::format("A file may have 1 to {} parts, not {}.", kMaxParts, parts));
  }
  v1::SignArtifactUrlsRequest sign;
  sign.add_paths(FilePath(request.artifact_path(), request.path()));
  sign.add_permissions(v1::URL_PERMISSION_WRITE);
  sign.set_lifetime_seconds(kLifetimeSeconds);
  ASSIGN_OR_RETURN(const auto signed_urls, signer_.Sign(call, sign));
  const v1::SignedUrl& url = signed_urls.urls(0);
  v1::CreateMultipartUploadResponse response;
  // 32 hex digits.
  response.set_upload_id(NewRunId());
  for (int number = 1; number <= parts; ++number) {
    v1::PartUrl& part = *response.add_parts();
    part.set_part_number(number);
    part.set_resource(url.resource());
    const std::string id = absl::Base64Escape(BlockName(response.upload_id(), number));
    part.set_query(fmt::format("{}&comp=block&blockid={}", url.query(), PercentEncode(id)));
  }
  return response;
}

StatusOr<v1::CompleteMultipartUploadResponse> MultipartUploads::Complete(
    const CallContext& call, const v1::CompleteMultipartUploadRequest& request) {
  RETURN_IF_ERROR(CheckUploadId(request.upload_id()));
  ASSIGN_OR_RETURN(const std::set<int> numbers, NumbersOf(request));
  const std::string path = FilePath(request.artifact_path(), request.path());
  ASSIGN_OR_RETURN(const std::string key, BlobKey(call.workspace, path));
  std::vector<std::string> blocks;
  for (const int number : numbers) blocks.push_back(BlockName(request.upload_id(), number));
  const Status made = store_.CommitBlocks(key, blocks);
  if (absl::IsFailedPrecondition(made)) {
    return absl::InvalidArgumentError(
        fmt::format("A part of '{}' has not arrived. Send it again, or begin anew.", path));
  }
  RETURN_IF_ERROR(NamePath(path, made));
  return v1::CompleteMultipartUploadResponse();
}

StatusOr<v1::AbortMultipartUploadResponse> MultipartUploads::Abort(
    const CallContext& call, const v1::AbortMultipartUploadRequest& request) {
  RETURN_IF_ERROR(BlobKey(call.workspace, FilePath(request.artifact_path(), request.path())));
  return v1::AbortMultipartUploadResponse();
}

}  // namespace rookery::artifact
