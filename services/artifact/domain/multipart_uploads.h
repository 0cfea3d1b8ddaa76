// Large files that come in parts, by MLflow's way.
#pragma once

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "rookery/artifact/v1/artifact.pb.h"
#include "services/artifact/domain/url_signer.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// A part is a block of the store whose name holds the upload's id, so that two uploads of one file
// do not mix. Nothing else is remembered of an upload. Thread-safe; may wait for the store. Errors
// are those of the proto's RPCs.
class MultipartUploads {
 public:
  // Both outlive it.
  MultipartUploads(BlobStore& store, const UrlSigner& signer) : store_(store), signer_(signer) {}

  StatusOr<v1::CreateMultipartUploadResponse> Create(
      const CallContext& call, const v1::CreateMultipartUploadRequest& request);
  StatusOr<v1::CompleteMultipartUploadResponse> Complete(
      const CallContext& call, const v1::CompleteMultipartUploadRequest& request);
  StatusOr<v1::AbortMultipartUploadResponse> Abort(const CallContext& call,
                                                   const v1::AbortMultipartUploadRequest& request);

 private:
  BlobStore& store_;
  const UrlSigner& signer_;
};

}  // namespace rookery::artifact
