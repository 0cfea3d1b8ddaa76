// The flags that say how a program speaks TLS.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <optional>

#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/tls/files.h"
#include "libs/tls/server_identity.h"

namespace rookery::program {

// --tls-cert, --tls-key, --tls-client-ca: what the program serves with.
void AddServerTls(CLI::App& command, tls::ServerFiles* files);

// What `files` hold; null if none are named. INVALID_ARGUMENT: some are missing, or cannot be used.
StatusOr<std::shared_ptr<const tls::ServerIdentity>> OpenServerTls(const tls::ServerFiles& files);

// --tls-ca, --tls-channel-cert, --tls-channel-key, --tls-server-name: how it calls services.
void AddChannelTls(CLI::App& command, rpc::ChannelTls* tls);

// For rpc::OpenChannel. INVALID_ARGUMENT: some flags are given without those that they need.
StatusOr<rpc::ChannelOptions> ChannelOptionsOf(const rpc::ChannelTls& tls);

}  // namespace rookery::program
