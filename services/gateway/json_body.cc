#include "services/gateway/json_body.h"

#include "libs/http/coroutine.h"
#include "libs/transcode/request_builder.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {

http::asio::awaitable<StatusOr<std::string>> ReadJsonBody(http::Exchange& exchange,
                                                          const transcode::Route& route,
                                                          uint64_t max_bytes) {
  if (!route.reads_json()) co_return std::string();
  const http::RequestHead& head = exchange.request();
  CO_RETURN_IF_ERROR(transcode::CheckContentType(route, head.headers.Find("Content-Type")));
  auto body = co_await exchange.body().ReadAll(max_bytes);
  if (absl::IsResourceExhausted(body.status())) co_return BodyTooLarge(max_bytes);
  co_return body;
}

}  // namespace rookery::gateway
