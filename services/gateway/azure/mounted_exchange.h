// A request under a mount, as if it had come in at the root.
#pragma once

#include <functional>
#include <string>

#include "libs/http/exchange.h"

namespace rookery::gateway {

// `exchange` with another path; outlived by it.
class MountedExchange final : public http::Exchange {
 public:
  MountedExchange(http::Exchange& exchange, const std::string& path)
      : exchange_(exchange), request_(exchange.request()) {
    request_.path = path;
  }

  const http::RequestHead& request() const override { return request_; }
  http::BodyReader& body() override { return exchange_.body(); }
  http::ResponseWriter& response() override { return exchange_.response(); }
  void OnDisconnect(std::function<void()> callback) override {
    exchange_.OnDisconnect(std::move(callback));
  }

 private:
  http::Exchange& exchange_;
  http::RequestHead request_;
};

}  // namespace rookery::gateway
