// Who calls, and for how long the answer is wanted.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <stop_token>
#include <string>

namespace rookery {

struct Identity;

// Made once by the transport for each call and handed down to the domain, which knows no gRPC.
struct CallContext {
  // The tenant whose data the call may see. Every key in the database begins with it.
  std::string workspace = "default";
  // Work that ends later is for nobody.
  absl::Time deadline = absl::InfiniteFuture();
  // Names the call in log lines and error replies.
  std::string request_id;
  // W3C trace context (trace.h): names all calls that one request causes, in log lines and to the
  // services that are called.
  std::string traceparent;
  // Is asked to stop when the caller has gone: then what is done for it alone ends.
  std::stop_token gone;
  // What the caller showed to say who he is: the value of an Authorization header, or null. A
  // secret: passed on to the services that are called in the course of the call, and told to nobody
  // else.
  std::shared_ptr<const std::string> authorization;
  // Who calls, if that was checked. Null: this server asks nobody (or the call is its own).
  std::shared_ptr<const Identity> caller;
};

// The workspace of callers that name none. Its blobs lie at the root of the store.
inline constexpr char kDefaultWorkspace[] = "default";

}  // namespace rookery
