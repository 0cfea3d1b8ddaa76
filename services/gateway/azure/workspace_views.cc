#include "services/gateway/azure/workspace_views.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <rookery/artifact/v1/artifact.pb.h>
#include <rookery/gateway/v1/azure_workspace.pb.h>
#include <rookery/tracking/v1/workspace.pb.h>

#include <string>
#include <utility>

#include "libs/transcode/response_printer.h"
#include "services/gateway/azure/links.h"
#include "services/gateway/azure/run_token.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using http::asio::awaitable;

constexpr char kWorkspaceType[] = "Microsoft.MachineLearningServices/workspaces";
constexpr char kDatastore[] = "workspaceblobstore";
// Of nobody: the client's token says whose it is.
constexpr char kTenant[] = "00000000-0000-0000-0000-000000000000";

awaitable<Status> Send(const View& view, const google::protobuf::Message& response) {
  co_return co_await SendJson(view.exchange, transcode::PrintResponse(*view.match.route, response));
}

// Without a slash at the end.
template <typename Request>
std::string IdOf(const Request& request) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}/providers/{}/{}",
                     request.subscription_id(), request.resource_group(), kWorkspaceType,
                     request.workspace_name());
}

awaitable<Status> ListSubscriptions(const View& view) {
  v1::ListSubscriptionsResponse response;
  for (const std::string& id : view.options.azure_subscriptions) {
    v1::Subscription& subscription = *response.add_value();
    subscription.set_id("/subscriptions/" + id);
    subscription.set_subscription_id(id);
    subscription.set_display_name("rookery");
    subscription.set_state("Enabled");
    subscription.set_tenant_id(kTenant);
  }
  co_return co_await Send(view, response);
}

awaitable<StatusOr<tracking::v1::Workspace>> FindWorkspace(const View& view,
                                                           const std::string& name) {
  tracking::v1::GetWorkspaceRequest get;
  get.set_name(name);
  auto found = co_await Ask<tracking::v1::GetWorkspaceResponse>(
      view, "rookery.tracking.v1.WorkspaceService.GetWorkspace", get);
  if (!found.ok()) co_return found.status();
  co_return std::move(*found->mutable_workspace());
}

awaitable<Status> GetAzureWorkspace(const View& view) {
  v1::GetAzureWorkspaceRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_ASSIGN_OR_RETURN(const auto found, co_await FindWorkspace(view, request.workspace_name()));
  const http::RequestHead& head = view.exchange.request();
  v1::GetAzureWorkspaceResponse response;
  v1::AzureWorkspace& workspace = *response.mutable_resource();
  workspace.set_id(IdOf(request));
  workspace.set_name(found.name());
  workspace.set_type(kWorkspaceType);
  workspace.set_location("local");
  v1::AzureWorkspaceProperties& properties = *workspace.mutable_properties();
  properties.set_workspace_id(found.workspace_id());
  properties.set_friendly_name(found.name());
  properties.set_discovery_url(OwnOrigin(head) + "/discovery");
  properties.set_ml_flow_tracking_uri(
      fmt::format("azureml://{}/mlflow/v1.0{}", OwnHost(head), IdOf(request)));
  properties.set_provisioning_state("Succeeded");
  co_return co_await Send(view, response);
}

awaitable<Status> GetDiscovery(const View& view) {
  const std::string here = OwnOrigin(view.exchange.request());
  v1::GetDiscoveryResponse response;
  response.set_api(here);
  response.set_experimentation(here);
  response.set_history(here);
  response.set_hyperdrive(here);
  response.set_modelmanagement(here);
  response.set_studio(here);
  co_return co_await Send(view, response);
}

template <typename Request>
awaitable<Status> CheckDatastore(const View& view, const Request& request) {
  const auto found = co_await FindWorkspace(view, request.workspace_name());
  if (!found.ok()) co_return found.status();
  if (request.name() == kDatastore) co_return absl::OkStatus();
  co_return absl::NotFoundError(
      fmt::format("There is no datastore '{}'. The one of each workspace is '{}'.", request.name(),
                  kDatastore));
}

// A base URL of signed URLs, taken apart as Azure names its storage accounts.
struct Account {
  std::string protocol;
  std::string name;
  // What follows `<name>.blob.`, port included.
  std::string endpoint;
};

StatusOr<Account> AccountOf(const std::string& base) {
  constexpr std::string_view kScheme = "://";
  constexpr std::string_view kBlob = ".blob.";
  const size_t scheme = base.find(kScheme);
  const size_t host = scheme + kScheme.size();
  const size_t blob = base.find(kBlob, host);
  if (blob != base.npos && base.find('/', host) == base.npos) {
    return Account{base.substr(0, scheme), base.substr(host, blob - host),
                   base.substr(blob + kBlob.size())};
  }
  return absl::UnavailableError(
      "SDK v2 wants files at an address like https://<account>.blob.<domain>. Start the server "
      "with "
      "--blob-url and such an address, under which it is reached, too.");
}

awaitable<Status> GetDatastore(const View& view) {
  v1::GetDatastoreRequest request;
  CO_RETURN_IF_ERROR(ReadQuery(view, &request));
  CO_RETURN_IF_ERROR(co_await CheckDatastore(view, request));
  CO_ASSIGN_OR_RETURN(const std::string base,
                      view.options.blob_urls.BaseFor(view.exchange.request()));
  CO_ASSIGN_OR_RETURN(const Account account, AccountOf(base));
  v1::GetDatastoreResponse response;
  v1::Datastore& datastore = *response.mutable_resource();
  datastore.set_id(fmt::format("{}/datastores/{}", IdOf(request), kDatastore));
  datastore.set_name(kDatastore);
  datastore.set_type(fmt::format("{}/datastores", kWorkspaceType));
  v1::DatastoreProperties& properties = *datastore.mutable_properties();
  properties.set_datastore_type("AzureBlob");
  properties.set_protocol(account.protocol);
  properties.set_account_name(account.name);
  properties.set_endpoint(account.endpoint);
  properties.set_container_name(request.workspace_name());
  properties.set_is_default(true);
  properties.mutable_credentials()->set_credentials_type("Sas");
  co_return co_await Send(view, response);
}

awaitable<Status> ListDatastoreSecrets(const View& view) {
  constexpr int kMaxHours = 168;
  constexpr int kSecondsInHour = 3600;
  v1::ListDatastoreSecretsRequest request;
  CO_RETURN_IF_ERROR(co_await ReadJson(view, &request));
  CO_RETURN_IF_ERROR(co_await CheckDatastore(view, request));
  const int hours = request.has_expire_after_hours() ? request.expire_after_hours() : 1;
  if (hours < 1 || hours > kMaxHours) {
    co_return absl::InvalidArgumentError(
        fmt::format("'expireAfterHours' must be between 1 and {}, but is {}.", kMaxHours, hours));
  }
  artifact::v1::SignArtifactUrlsRequest sign;
  sign.set_container(true);
  for (const auto permission :
       {artifact::v1::URL_PERMISSION_READ, artifact::v1::URL_PERMISSION_WRITE,
        artifact::v1::URL_PERMISSION_LIST}) {
    sign.add_permissions(permission);
  }
  sign.set_lifetime_seconds(hours * kSecondsInHour);
  auto signed_urls = co_await Ask<artifact::v1::SignArtifactUrlsResponse>(
      view, "rookery.artifact.v1.ArtifactService.SignArtifactUrls", sign);
  if (!signed_urls.ok()) co_return signed_urls.status();
  if (signed_urls->urls_size() != 1) co_return absl::InternalError("No URL was signed.");
  v1::ListDatastoreSecretsResponse response;
  response.set_secrets_type("Sas");
  response.set_sas_token(signed_urls->urls(0).query());
  co_return co_await Send(view, response);
}

awaitable<Status> RefreshRunToken(const View& view) {
  CO_ASSIGN_OR_RETURN(const auto response, RunTokenOf(view, absl::Now()));
  co_return co_await Send(view, response);
}

constexpr std::pair<std::string_view, awaitable<Status> (*)(const View&)> kViews[] = {
    {"ListSubscriptions", ListSubscriptions},
    {"GetAzureWorkspace", GetAzureWorkspace},
    {"GetDiscovery", GetDiscovery},
    {"GetDatastore", GetDatastore},
    {"ListDatastoreSecrets", ListDatastoreSecrets},
    {"RefreshRunToken", RefreshRunToken},
};

}  // namespace

awaitable<Status> AnswerAzureWorkspaceView(const View& view) {
  const std::string& name = view.match.route->rpc->name();
  for (const auto& [rpc, answer] : kViews) {
    if (rpc == name) co_return co_await answer(view);
  }
  co_return absl::UnimplementedError("There is no view for " + name);
}

}  // namespace rookery::gateway
