// The sidecar, put together.
#pragma once

#include <absl/time/time.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/status.h"
#include "libs/rpc/channel.h"
#include "libs/tls/files.h"
#include "services/gateway/front.h"
#include "sidecar/face/spooling_client.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// What Azure's clients are told.
struct AzureOptions {
  // The cloud's name: what AZUREML_CURRENT_CLOUD is on the worker.
  std::string cloud = "Rookery";
  // The name by which they call --https; its certificate's.
  std::string https_name = "localhost";
  // What follows `{account}.blob.` in the names of hosts that keep artifacts, port included, and
  // the URL of such a host: see gateway::FrontOptions.
  std::string storage_suffix;
  std::string blob_url;
  std::vector<std::string> subscriptions = gateway::FrontOptions().azure_subscriptions;
};

struct SidecarOptions {
  spool::Options spool;
  // rookery://host:port, or rookerys:// for TLS. One address that serves all services; `registry`
  // and `artifacts` name others, and are the same if they are empty.
  std::string upstream;
  std::string upstream_registry;
  std::string upstream_artifacts;
  // For rookerys://.
  rpc::ChannelTls tls;
  // Holds a bearer token, which is read again when it changes; empty: callers' own are passed on.
  std::string token_file;
  // host:port each; empty: not served.
  std::string http = "127.0.0.1:5599";
  // A path, where http is served at a Unix socket, too.
  std::string http_unix;
  std::string https;
  tls::ServerFiles https_files;
  // The same, or unix:/path.
  std::string grpc;
  std::string metrics = "127.0.0.1:9464";
  // Serve http, https and grpc to other machines too: whoever calls acts with `token_file`'s token.
  bool insecure_allow_unauthenticated = false;
  // host:port of the loopback where Azure's clients are told of their cloud, which is --https, and
  // are given the token of `token_file`; empty: not served.
  std::string identity;
  AzureOptions azure;
  PatienceOptions patience;
};

// Runs from Start until Stop or its end. Used by one thread.
class Sidecar {
 public:
  // INVALID_ARGUMENT: an option names nothing usable, or others than this machine could call and
  // nobody would ask who they are. FAILED_PRECONDITION, RESOURCE_EXHAUSTED: as
  // spool::Spool::Open. UNAVAILABLE: an address cannot be listened on. The upstream may be away.
  static StatusOr<std::unique_ptr<Sidecar>> Start(const SidecarOptions& options);
  ~Sidecar();

  // One line: where it listens, where it forwards to.
  std::string Announcement() const;

  // Waits until what is on disk is upstream; DEADLINE_EXCEEDED: after `patience` it is not.
  Status Flush(absl::Duration patience);

  // Takes nothing new, answers what is under way, and sends what it can within `grace`. The rest is
  // for the next start.
  void Stop(absl::Duration grace);

 private:
  struct Parts;
  explicit Sidecar(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace rookery::sidecar
