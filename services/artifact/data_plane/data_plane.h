// The artifact service's HTTP: signed URLs in, bytes out.
#pragma once

#include "libs/http/exchange.h"

#include "libs/base/call_context.h"
#include "libs/base/status.h"
#include "libs/metrics/registry.h"
#include "libs/rpc/executor.h"
#include "services/artifact/data_plane/blob_request.h"
#include "services/artifact/data_plane/data_plane_metrics.h"
#include "services/artifact/domain/url_signer.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// Answers what UrlSigner's URLs are for, as Azure Blob would. The signature is all that counts: no
// token is looked at. Its workspace is not asked for either: UrlSigner was called from within it.
// Thread-safe.
class DataPlane {
 public:
  // All outlive it; `metrics` may be null.
  DataPlane(BlobStore& store, const UrlSigner& signer, rpc::Executor& executor,
            metrics::Registry* metrics)
      : store_(store), signer_(signer), executor_(executor), metrics_(metrics) {}

  // Answers one request, whatever happens. What is returned is for the log: OK if the client got
  // what it asked for.
  http::asio::awaitable<Status> Answer(http::Exchange& exchange, const CallContext& caller) const;

  // The same, for a server that has no other duties.
  http::asio::awaitable<void> Handle(http::Exchange& exchange) const;

 private:
  http::asio::awaitable<Status> Serve(http::Exchange& exchange, const CallContext& caller,
                                      const BlobRequest& request) const;

  BlobStore& store_;
  const UrlSigner& signer_;
  rpc::Executor& executor_;
  const DataPlaneMetrics metrics_;
};

}  // namespace rookery::artifact
