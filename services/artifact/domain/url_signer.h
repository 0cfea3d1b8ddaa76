// Hands out signed URLs.
#pragma once

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "rookery/artifact/v1/artifact.pb.h"
#include "services/artifact/domain/signed_url.h"
#include "services/artifact/domain/signing_keys.h"

namespace rookery::artifact {

// A container is a workspace: the call's. Thread-safe; waits for nothing.
class UrlSigner {
 public:
  // Both outlive it.
  UrlSigner(const SigningKeys& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  // INVALID_ARGUMENT: a path is not well-formed, or a number is out of its bounds.
  StatusOr<v1::SignArtifactUrlsResponse> Sign(const CallContext& call,
                                              const v1::SignArtifactUrlsRequest& request) const;

  // As CheckAccess, now.
  Status Check(std::string_view container, std::string_view path, const SharedAccess& access,
               char permission) const {
    return CheckAccess(keys_, container, path, access, permission, clock_.Now());
  }

 private:
  const SigningKeys& keys_;
  const Clock& clock_;
};

}  // namespace rookery::artifact
