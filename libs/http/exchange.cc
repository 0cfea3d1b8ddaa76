#include "libs/http/exchange.h"

#include "libs/http/coroutine.h"

namespace rookery::http {

asio::awaitable<StatusOr<std::string>> BodyReader::ReadAll(uint64_t limit_bytes) {
  LimitTo(limit_bytes);
  std::string body;
  for (;;) {
    CO_ASSIGN_OR_RETURN(const std::string_view piece, co_await Read());
    if (piece.empty()) co_return body;
    body.append(piece);
  }
}

}  // namespace rookery::http
