// What `rookery devcloud` can be told.
#pragma once

#include <string>

namespace rookery::devcloud {

struct Options {
  // host:port of the gateway. Clients call it by https.
  std::string gateway = "localhost:5000";
  // Of the loopback's; 0 has one chosen.
  int port = 9442;
  // Where the keys and certificates are, and are made.
  std::string state_dir = "./devcloud";
  // Empty: the gateway's, or localhost and its port if that is an address, of which there are no
  // names below.
  std::string storage_suffix;

  // Who the tokens say that their bearer is.
  std::string tenant = "00000000-0000-4000-8000-00000000d0c1";
  std::string app = "00000000-0000-4000-8000-00000000d0c2";
  std::string object = "00000000-0000-4000-8000-00000000d0c3";
};

// What a client is to take for its workspace.
struct Workspace {
  std::string subscription_id = "00000000-0000-0000-0000-000000000000";
  std::string resource_group = "rookery";
  std::string workspace_name = "default";
};

}  // namespace rookery::devcloud
