#include <absl/strings/match.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>

#include "libs/http/coroutine.h"
#include "services/artifact/data_plane/blob_call.h"
#include "services/artifact/data_plane/blob_error.h"
#include "services/artifact/data_plane/blob_xml.h"
#include "services/artifact/domain/artifact_path.h"
#include "services/artifact/domain/blob_listing.h"

namespace rookery::artifact {
namespace {

constexpr int kMaxItems = 5000;

StatusOr<ListOptions> OptionsOf(const BlobRequest& request) {
  ListOptions options;
  options.prefix = request.Query("prefix");
  const std::string_view delimiter = request.Query("delimiter");
  if (!delimiter.empty() && delimiter != "/") {
    return BlobError("InvalidQueryParameterValue", "The only delimiter here is '/'.");
  }
  options.by_folder = !delimiter.empty();
  const std::string_view most = request.Query("maxresults");
  int count = kMaxItems;
  if (!most.empty() && (!absl::SimpleAtoi({most.data(), most.size()}, &count) || count < 1)) {
    return BlobError("InvalidQueryParameterValue", "maxresults is a number from 1 on.");
  }
  options.max_items = static_cast<size_t>(std::min(count, kMaxItems));
  ASSIGN_OR_RETURN(options.from, PathOfMarker(request.Query("marker")));
  return options;
}

bool WantsMetadata(const BlobRequest& request) {
  const std::string_view include = request.Query("include");
  return absl::StrContains({include.data(), include.size()}, "metadata");
}

StatusOr<std::string> List(const BlobCall& call, const ListOptions& options) {
  ListingToPrint listing;
  listing.container = call.request.container;
  listing.options = options;
  listing.marker = call.request.Query("marker");
  ASSIGN_OR_RETURN(listing.page, ListBlobs(call.store, call.call, options));
  if (!WantsMetadata(call.request)) return ListingXml(listing);
  for (const ListedItem& item : listing.page.items) {
    if (item.is_folder) continue;
    ASSIGN_OR_RETURN(const std::string key, BlobKey(call.call.workspace, item.path));
    ASSIGN_OR_RETURN(auto metadata, call.store.Metadata(key, item.info));
    if (!metadata.empty()) listing.metadata.emplace(item.path, std::move(metadata));
  }
  return ListingXml(listing);
}

}  // namespace

http::asio::awaitable<Status> ListContainer(const BlobCall& call) {
  CO_ASSIGN_OR_RETURN(const ListOptions options, OptionsOf(call.request));
  CO_ASSIGN_OR_RETURN(std::string xml,
                      co_await OnExecutor(call, [&] { return List(call, options); }));
  http::Response response(200, std::move(xml));
  response.headers.Add("Content-Type", "application/xml");
  co_return co_await call.exchange.response().Send(std::move(response));
}

}  // namespace rookery::artifact
