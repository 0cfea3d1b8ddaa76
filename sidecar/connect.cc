#include "sidecar/connect.h"

#include <utility>

#include "sidecar/upstream_uri.h"

namespace rookery::sidecar {

StatusOr<std::shared_ptr<rpc::GenericClient>> Connect(const std::string& uri,
                                                      const rpc::ChannelTls& tls) {
  ASSIGN_OR_RETURN(const UpstreamUri upstream, ParseUpstreamUri(uri));
  rpc::ChannelOptions options;
  if (upstream.tls) options.tls = tls;
  ASSIGN_OR_RETURN(auto channel, rpc::OpenChannel(upstream.addresses, options));
  return rpc::ClientOf(std::move(channel));
}

}  // namespace rookery::sidecar
