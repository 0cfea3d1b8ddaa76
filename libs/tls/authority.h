// A certificate authority of one's own: for development, where no other is there to sign.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/status.h"

namespace rookery::tls {

// A certificate and its key, in PEM.
struct IssuedPem {
  std::string certificate;
  std::string key;
};

// Immutable, thread-safe. What it signs holds for ten years, as it does itself: nobody renews what
// a development machine made for itself.
class Authority {
 public:
  // A new one, named `name`.
  static StatusOr<Authority> Create(const std::string& name);

  // What Pem gave. INVALID_ARGUMENT: it cannot be read, is no authority, or the key is another's.
  static StatusOr<Authority> FromPem(const IssuedPem& pem);

  StatusOr<IssuedPem> Pem() const;

  // For a server of these names: hosts, `*.host`s and IP addresses. INVALID_ARGUMENT: there are
  // none, or one cannot be a name.
  StatusOr<IssuedPem> Issue(const std::vector<std::string>& names) const;

 private:
  struct Parts;
  explicit Authority(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}

  std::shared_ptr<const Parts> parts_;
};

// Whether the first certificate in `pem` is for the host or IP address, and has not expired.
StatusOr<bool> IsCertificateFor(std::string_view pem, const std::string& name);

}  // namespace rookery::tls
