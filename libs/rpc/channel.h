// Channels to the services of other programs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/tls/files.h"

namespace grpc {
class Channel;
}

namespace rookery::rpc {

// What a channel takes of metadata, in bytes. An error's message is part of it, and may quote what
// a client gave; beyond gRPC's own limit of 8 KiB it would cut the connection and all calls on it.
inline constexpr int kMaxMetadataBytes = 1 << 20;

// Has channels of this process resolve names with c-ares, whatever GRPC_DNS_RESOLVER says. For
// static programs: what /etc/nsswitch.conf names beyond files and DNS, glibc would load as modules
// of the machine's own glibc. c-ares reads /etc/hosts and /etc/resolv.conf. Called once, by main,
// before any thread begins.
void ResolveNamesWithCares();

// How a channel speaks TLS.
struct ChannelTls {
  // Servers must have a certificate of `ca`. All are read again when they change, for new
  // connections.
  tls::ClientFiles files;
  // The name that each server's certificate must hold; empty: the one it is called by.
  std::string server_name;
};

struct ChannelOptions {
  // Unset: plain gRPC.
  std::optional<ChannelTls> tls;
  // Larger messages, in and out, are RESOURCE_EXHAUSTED. As in ServerOptions.
  int max_message_bytes = 64 << 20;
};

// A channel to all replicas of a service, call by call in turn. `addresses` is one of
//   host:port                     all addresses that the name has
//   dns:///name:port              the same
//   10.0.0.1:5101,10.0.0.2:5101   these; IP addresses of one family
//
// It connects with the first call and again whenever a connection is lost: a service that comes
// back is found within about a second, new replicas behind a name by the time that a connection
// ends of age (ServerOptions::max_connection_age). While no replica can be reached, calls fail at
// once with UNAVAILABLE. A replica that has vanished without a word is noticed within 15 seconds.
// Proxies that the environment names are for the outside world and not used.
//
// INVALID_ARGUMENT: `addresses` is none of these, a file cannot be used, or a list of several
// addresses is to be called over TLS by no name.
StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(std::string_view addresses,
                                                     const ChannelOptions& options);

// gRPC's name for `addresses`; errors as above. For tests.
StatusOr<std::string> TargetOf(std::string_view addresses);

}  // namespace rookery::rpc
