#pragma once

#include <absl/time/time.h>

#include <memory>
#include <string>

namespace rookery::tokens {

// Who calls, as a token said that was verified. Texts are empty where the token has no such claim.
struct Identity {
  // These are for decisions. An object is a user or a service principal, and its id is unique
  // within its tenant; an app is the client's, and in an app's own token there is no user.
  std::string issuer;
  std::string tenant;
  std::string object_id;
  std::string app_id;
  std::string subject;

  // These are for people to read: they change, and may be anybody's.
  std::string name;
  std::string upn;

  // Whatever is begun with the token ends then, or asks again.
  absl::Time expires_at;
};

// Shared by all who show the same token; immutable.
using IdentityPtr = std::shared_ptr<const Identity>;

}  // namespace rookery::tokens
