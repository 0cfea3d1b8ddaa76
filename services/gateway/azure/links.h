// What answers say of this server's own addresses.
#pragma once

#include <string>

#include "libs/http/message.h"

namespace rookery::gateway {

// `host:port`, by which the client called this server.
std::string OwnHost(const http::RequestHead& request);

// `https://host:port`: Azure's clients call no other scheme, whatever ends TLS before this server.
std::string OwnOrigin(const http::RequestHead& request);

}  // namespace rookery::gateway
