// The token by which a sidecar says who it is.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "libs/base/status.h"
#include "libs/base/steady.h"

namespace rookery::sidecar {

// A file that somebody else keeps fresh (Kubernetes does so with projected tokens). Thread-safe.
class TokenFile {
 public:
  // `path` may be empty: there is no token. INVALID_ARGUMENT: the file cannot be read.
  static StatusOr<std::unique_ptr<TokenFile>> Open(const std::string& path);

  // "" if there is none. Looked for anew every ten seconds.
  std::string Token();
  // The value of an Authorization header, or "".
  std::string Header();

 private:
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  Status Read();

  const std::string path_;
  std::mutex mutex_;
  std::string token_;
  SteadyTime read_at_;
};

}  // namespace rookery::sidecar
