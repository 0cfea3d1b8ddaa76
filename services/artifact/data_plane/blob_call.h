// What all operations of the data plane work with.
#pragma once

#include "libs/http/exchange.h"

#include <functional>
#include <type_traits>
#include <utility>

#include "libs/base/call_context.h"
#include "libs/base/log.h"
#include "libs/base/status.h"
#include "libs/http/callback.h"
#include "libs/rpc/executor.h"
#include "services/artifact/data_plane/blob_request.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// One request that its signature allows. All are lent, and outlive the coroutine that answers.
struct BlobCall {
  http::Exchange& exchange;
  const CallContext& call;
  const BlobRequest& request;
  // Of the blob in the store.
  const std::string& key;
  BlobStore& store;
  rpc::Executor& executor;
};

// Each answers, or returns an error of BlobError's or the store's if nothing was sent.
http::asio::awaitable<Status> PutBlob(const BlobCall& call);
http::asio::awaitable<Status> PutBlock(const BlobCall& call);
http::asio::awaitable<Status> PutBlockList(const BlobCall& call);
http::asio::awaitable<Status> SetMetadata(const BlobCall& call);
http::asio::awaitable<Status> ReadBlob(const BlobCall& call);
http::asio::awaitable<Status> ListContainer(const BlobCall& call);

// ConditionNotMet unless `etag`, of the blob that is there ("" if none is), is what If-Match asks
// for.
Status CheckIfMatch(const http::Headers& headers, std::string_view etag);

// Runs `step`, which may wait for the store and returns a Status or StatusOr, on the executor; the
// coroutine sleeps meanwhile. RESOURCE_EXHAUSTED: too much is waiting there.
template <typename Step>
http::asio::awaitable<std::invoke_result_t<Step&>> OnExecutor(const BlobCall& call, Step step) {
  using Result = std::invoke_result_t<Step&>;
  co_return co_await http::FromCallback<Result>([&](std::function<void(Result)> done) {
    call.executor.Submit(absl::InfiniteFuture(),
                         [&call, &step, done = std::move(done)](const Status& admitted) {
                           const LogScope scope(call.call);
                           done(admitted.ok() ? step() : Result(admitted));
                         });
  });
}

}  // namespace rookery::artifact
