#include "libs/tokens/issuer.h"

#include <absl/strings/str_replace.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "libs/tokens/key_location.h"

namespace rookery::tokens {
namespace {

constexpr std::string_view kTenantPlace = "{tenantid}";
constexpr std::string_view kAnyTenant = "*";

// Azure Resource Manager in the public cloud, by its two names, and in the others.
constexpr std::array<std::string_view, 5> kAzureManagement = {
    "https://management.azure.com", "https://management.core.windows.net",
    "https://management.usgovcloudapi.net", "https://management.chinacloudapi.cn",
    "https://management.core.chinacloudapi.cn"};

std::string_view WithoutSlash(std::string_view uri) {
  return uri.ends_with('/') ? uri.substr(0, uri.size() - 1) : uri;
}

template <typename List>
bool Contains(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool IsForAzureManagement(const std::string& audience) {
  return Contains(kAzureManagement, WithoutSlash(audience));
}

Status Fault(const Issuer& issuer, std::string_view text) {
  return absl::InvalidArgumentError(fmt::format("issuer '{}': {}", issuer.url, text));
}

Status CheckTenants(const Issuer& issuer) {
  if (issuer.tenants.empty() || Contains(issuer.tenants, "")) {
    return Fault(issuer, "name the tenants whose tokens are taken");
  }
  if (!Contains(issuer.tenants, kAnyTenant)) return absl::OkStatus();
  if (issuer.tenants.size() > 1) return Fault(issuer, "'*' stands alone, or not at all");
  if (!NamesTenant(issuer.url)) {
    return Fault(issuer, "tenants may be '*' only if the issuer's URL has {tenantid} in it");
  }
  if (NamesTenant(issuer.keys)) {
    // Else anybody could have us fetch from a URL of his making.
    return Fault(issuer, "tenants may be '*' only if one key set serves all of them");
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Issuer> EntraIssuers(const std::vector<std::string>& tenants,
                                 const std::vector<std::string>& audiences) {
  return {
      Issuer{.url = "https://sts.windows.net/{tenantid}/",
             .keys = "https://login.microsoftonline.com/{tenantid}/discovery/keys",
             .audiences = audiences,
             .tenants = tenants},
      Issuer{.url = "https://login.microsoftonline.com/{tenantid}/v2.0",
             .keys = "https://login.microsoftonline.com/{tenantid}/discovery/v2.0/keys",
             .audiences = audiences,
             .tenants = tenants},
  };
}

Status CheckIssuer(const Issuer& issuer) {
  if (issuer.url.empty()) return Fault(issuer, "it has no URL");
  if (issuer.audiences.empty() || Contains(issuer.audiences, "")) {
    return Fault(issuer, "name the audiences that tokens must be for");
  }
  RETURN_IF_ERROR(CheckTenants(issuer));
  if (const Status keys = CheckKeyLocation(issuer.keys); !keys.ok()) {
    return Fault(issuer, std::string(keys.message()));
  }
  const bool management =
      std::any_of(issuer.audiences.begin(), issuer.audiences.end(), IsForAzureManagement);
  if (management &&
      (!issuer.allow_azure_management || issuer.apps.empty() || HasTenant(issuer, kAnyTenant))) {
    return Fault(issuer,
                 "tokens for Azure's management API are not meant for this server; they are taken "
                 "only if that is allowed expressly, from named tenants and apps");
  }
  return absl::OkStatus();
}

std::string WithTenant(std::string_view url, std::string_view tenant) {
  return absl::StrReplaceAll({url.data(), url.size()}, {{{kTenantPlace.data(), kTenantPlace.size()},
                                                         {tenant.data(), tenant.size()}}});
}

bool NamesTenant(std::string_view url) { return url.find(kTenantPlace) != url.npos; }

bool HasAudience(const Issuer& issuer, std::string_view audience) {
  return std::any_of(issuer.audiences.begin(), issuer.audiences.end(),
                     [&](const std::string& accepted) {
                       return WithoutSlash(accepted) == WithoutSlash(audience);
                     });
}

bool HasTenant(const Issuer& issuer, std::string_view tenant) {
  return !tenant.empty() &&
         (issuer.tenants.front() == kAnyTenant || Contains(issuer.tenants, tenant));
}

}  // namespace rookery::tokens
