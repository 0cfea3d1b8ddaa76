#include "libs/loopback_cloud/token_request.h"

#include <absl/strings/str_split.h>
#include <fmt/format.h>

#include <array>
#include <map>

#include "libs/transcode/percent.h"

namespace rookery::loopback_cloud {
namespace {

using Form = std::map<std::string, std::string>;

constexpr std::array<std::string_view, 3> kLoopbackNames = {"127.0.0.1", "localhost", "[::1]"};

Status Refused(std::string_view why) { return absl::InvalidArgumentError(std::string(why)); }

// `name=value&...`, in a query or a body.
StatusOr<Form> ParseForm(std::string_view text) {
  Form form;
  for (const auto field : absl::StrSplit(absl::string_view(text.data(), text.size()), '&')) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(field, absl::MaxSplits('=', 1));
    ASSIGN_OR_RETURN(std::string name,
                     transcode::PercentDecode(parts.first, transcode::Plus::kBlank));
    ASSIGN_OR_RETURN(form[std::move(name)],
                     transcode::PercentDecode(parts.second, transcode::Plus::kBlank));
  }
  return form;
}

bool IsLoopbackName(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon != host.npos && host.find(']', colon) == host.npos) host = host.substr(0, colon);
  for (const std::string_view name : kLoopbackNames) {
    if (http::EqualsIgnoreCase(host, name)) return true;
  }
  return false;
}

bool HasText(const http::Headers& headers, std::string_view name) {
  return !headers.Find(name).value_or("").empty();
}

Status CheckPost(const http::RequestHead& head) {
  if (http::EqualsIgnoreCase(head.headers.Find("Metadata").value_or(""), "true")) {
    return absl::OkStatus();
  }
  return Refused("The header 'Metadata: true' is missing.");
}

Status CheckGet(const http::RequestHead& head, const std::string& api_version) {
  const bool app_service = api_version == "2019-08-01";
  if (!app_service && api_version != "2017-09-01") {
    return Refused("api-version must be 2019-08-01 or 2017-09-01.");
  }
  const std::string_view header = app_service ? "X-IDENTITY-HEADER" : "secret";
  if (HasText(head.headers, header)) return absl::OkStatus();
  return Refused(fmt::format("The header '{}' is missing.", header));
}

}  // namespace

StatusOr<std::string> RequestedResource(const http::RequestHead& head, std::string_view body) {
  if (!IsLoopbackName(head.headers.Find("Host").value_or(""))) {
    return Refused("Tokens are given only to who calls this machine's loopback by its name.");
  }
  const bool post = head.method == "POST";
  ASSIGN_OR_RETURN(Form form, ParseForm(post ? body : head.query));
  RETURN_IF_ERROR(post ? CheckPost(head) : CheckGet(head, form["api-version"]));
  std::string& resource = form["resource"];
  if (resource.empty()) return Refused("'resource' is missing: what is the token for?");
  return std::move(resource);
}

}  // namespace rookery::loopback_cloud
