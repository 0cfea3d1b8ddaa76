// MLflow's web UI: which paths its files have, and how they are sent.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/ui/static_files.h"

namespace rookery::gateway {

// Immutable, so thread-safe.
class WebUi {
 public:
  // `folder` is a finished build, such as the `mlflow/server/js/build` of an installed MLflow.
  // INVALID_ARGUMENT: it is none; the message is for the one who started the program.
  static StatusOr<std::shared_ptr<const WebUi>> Open(const std::string& folder);

  // The file that GET or HEAD of `path`, as it stands in the request, means: `/` is index.html, and
  // `/static-files/x` is `x`. Null if there is none.
  const StaticFile* Find(std::string_view path) const;

 private:
  explicit WebUi(StaticFiles files) : files_(std::move(files)) {}

  const StaticFiles files_;
};

// Sends a file that Find gave for this request, or 304 if the browser has it.
http::asio::awaitable<Status> SendStaticFile(http::Exchange& exchange, const StaticFile& file);

// What `/` answers where there is no web UI: what this is and how to get one.
http::Response PageWithoutUi();

}  // namespace rookery::gateway
