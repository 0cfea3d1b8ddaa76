// Where clients find the data plane that signed URLs are for.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::gateway {

// Makes the URLs out of what ArtifactService.SignArtifactUrls answers. Immutable once made.
class BlobUrls {
 public:
  // There are none.
  BlobUrls() = default;

  // The account in names that Azure's clients take for a storage account's.
  static constexpr char kAccount[] = "rookery";
  // Azure's own suffix: clients look for the one that their cloud names, and this is the default's.
  static constexpr char kSuffix[] = "core.windows.net";

  struct Options {
    // --blob-url, without a slash at the end; empty: none was given.
    std::string base;
    // Whether this server serves HTTPS.
    bool https = false;
    // Whether the data plane is in this process.
    bool served_here = false;
  };

  // INVALID_ARGUMENT: `base` is no http or https URL, or has a query.
  static StatusOr<BlobUrls> Create(Options options);

  // What URLs begin with for the client that sent `request`: the base, in which `{host}` stands for
  // the name by which the client called this server, its port included; or a path of this server
  // under the name by which the client called it,
  // `https://host:5000/store/rookery.blob.core.windows.net`. UNAVAILABLE: no base was given, and
  // the data plane is elsewhere.
  StatusOr<std::string> BaseFor(const http::RequestHead& request) const;

  // `<base>/<resource>?<query>`, with both from a v1::SignedUrl.
  static std::string Join(std::string_view base, std::string_view resource, std::string_view query);

 private:
  explicit BlobUrls(Options options) : options_(std::move(options)) {}

  Options options_;
};

}  // namespace rookery::gateway
