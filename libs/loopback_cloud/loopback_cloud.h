// What Azure's clients take from the loopback of their own machine.
#pragma once

#include "libs/http/server.h"

#include <map>
#include <string>

#include "libs/base/clock.h"
#include "libs/loopback_cloud/cloud.h"
#include "libs/loopback_cloud/fresh_tokens.h"

namespace rookery::loopback_cloud {

inline constexpr char kMetadataPath[] = "/metadata/endpoints";
inline constexpr char kTokenPath[] = "/msi";

// Answers the clients' questions for their cloud and for a token, from memory, so that they work
// while the gateway is down: without the first answer `import mlflow` fails. The server around it
// listens on the loopback only: whoever reaches it gets a token.
//
// Thread-safe after the last AddDocument. `source` and `clock` outlive it and the last fetch.
class LoopbackCloud {
 public:
  LoopbackCloud(Cloud cloud, TokenSource& source, const Clock& clock);

  // Has GET of `path` answered with this JSON.
  void AddDocument(const std::string& path, std::string json);

  // Whether Handle has an answer for this path other than 404.
  bool Serves(const std::string& path) const;

  http::asio::awaitable<void> Handle(http::Exchange& exchange);

 private:
  http::asio::awaitable<http::Response> Answer(http::Exchange& exchange);
  http::asio::awaitable<http::Response> AnswerTokenRequest(http::Exchange& exchange);

  const Cloud cloud_;
  const Clock& clock_;
  FreshTokens tokens_;
  std::map<std::string, std::string> documents_;
};

}  // namespace rookery::loopback_cloud
