// The routes that the gateway answers itself, by their services.
#pragma once

#include <google/protobuf/descriptor.h>

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Whether a service's routes are answered by AnswerView.
bool IsView(const google::protobuf::ServiceDescriptor& service);

// Answers the client, or returns an error to be answered with. `view.match` has a route of such a
// service.
http::asio::awaitable<Status> AnswerView(const View& view);

}  // namespace rookery::gateway
