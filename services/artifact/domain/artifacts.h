// What callers do with artifacts.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "rookery/artifact/v1/artifact.pb.h"
#include "services/artifact/domain/byte_range.h"
#include "services/artifact/domain/http_head.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// A file that is about to be sent.
struct Download {
  // OUT_OF_RANGE: only the head is to be sent.
  Status status;
  std::vector<HttpFact> head;
  std::unique_ptr<BlobReader> blob;
  ByteRange range;
};

// The files of all workspaces in one store: paths in, blobs out. Thread-safe; every call may wait
// for the store. Errors are those of the proto's RPCs.
class Artifacts {
 public:
  // `store` must outlive it and all that Upload and Open hand out.
  explicit Artifacts(BlobStore& store) : store_(store) {}

  StatusOr<v1::ListArtifactsResponse> List(const CallContext& call,
                                           const v1::ListArtifactsRequest& request);
  StatusOr<v1::ListArtifactTreeResponse> ListTree(const CallContext& call,
                                                  const v1::ListArtifactTreeRequest& request);
  StatusOr<v1::DeleteArtifactResponse> Delete(const CallContext& call,
                                              const v1::DeleteArtifactRequest& request);

  // A writer for the file. What its Commit answers names no path: pass it through NamePath.
  StatusOr<std::unique_ptr<BlobWriter>> Upload(const CallContext& call, const std::string& path);

  // `range` is the HTTP header's value, or "".
  StatusOr<Download> Open(const CallContext& call, const std::string& path, std::string_view range);

 private:
  BlobStore& store_;
};

// Says of which path a store's INVALID_ARGUMENT speaks; other errors stay as they are.
Status NamePath(std::string_view path, const Status& status);

}  // namespace rookery::artifact
