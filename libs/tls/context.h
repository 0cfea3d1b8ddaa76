// OpenSSL's contexts, without its headers.
#pragma once

#include <memory>

struct ssl_ctx_st;

namespace rookery::tls {

// What the sessions of a server or client have in common. Thread-safe, for it is never changed once
// it is made; sessions keep it alive.
using Context = ssl_ctx_st;
using ContextPtr = std::shared_ptr<Context>;

}  // namespace rookery::tls
