#include "services/gateway/azure/container.h"

#include <fmt/format.h>
#include <rookery/tracking/v1/logged_model.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include <string_view>

#include "services/gateway/views/served_path.h"

namespace rookery::gateway {
namespace {

using http::asio::awaitable;

constexpr char kRunOrigin[] = "ExperimentRun";
constexpr std::string_view kRunContainer = "dcid.";
constexpr std::string_view kLoggedModel = "m-";

awaitable<StatusOr<std::string>> RootUriOf(const View& view, const std::string& id) {
  if (id.starts_with(kLoggedModel)) {
    tracking::v1::GetLoggedModelRequest get;
    get.set_model_id(id);
    auto found = co_await Ask<tracking::v1::GetLoggedModelResponse>(
        view, "rookery.tracking.v1.LoggedModelService.GetLoggedModel", get);
    if (found.ok()) co_return found->model().info().artifact_uri();
    // A run may be called so, too.
    if (!absl::IsNotFound(found.status())) co_return found.status();
  }
  tracking::v1::GetRunRequest get;
  get.set_run_id(id);
  auto found = co_await Ask<tracking::v1::GetRunResponse>(
      view, "rookery.tracking.v1.RunService.GetRun", get);
  if (!found.ok()) co_return found.status();
  co_return found->run().info().artifact_uri();
}

}  // namespace

awaitable<StatusOr<Container>> ContainerOfOwner(const View& view, const std::string& id) {
  CO_ASSIGN_OR_RETURN(const std::string uri, co_await RootUriOf(view, id));
  Container container{kRunOrigin, std::string(kRunContainer) + id, ""};
  CO_ASSIGN_OR_RETURN(container.root, ServedPath(uri, ""));
  co_return container;
}

awaitable<StatusOr<Container>> ContainerOf(const View& view, const std::string& origin,
                                           const std::string& name) {
  if (origin == kRunOrigin && name.starts_with(kRunContainer)) {
    co_return co_await ContainerOfOwner(view, name.substr(kRunContainer.size()));
  }
  co_return Container{origin, name, fmt::format("{}/{}", origin, name)};
}

}  // namespace rookery::gateway
