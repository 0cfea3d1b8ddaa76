// Who may issue tokens, for whom, and where its keys are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::tokens {

// `{tenantid}` in a URL stands for the tenant of the token, as in Entra's metadata.
struct Issuer {
  // What the tokens' `iss` must be, to the letter.
  std::string url;

  // Where the key set is: an https URL (http on the loopback alone: who can change the answer can
  // let anybody in), or the path of a file.
  std::string keys;

  // A token must be for one of them. A slash at the end makes no difference: of one server's URI
  // Azure's clients ask tokens with it and without.
  std::vector<std::string> audiences;

  // The tenants whose tokens are taken; "*" alone: those of any, where `url` names the tenant.
  std::vector<std::string> tenants;

  // The client applications (`appid`, `azp`) whose tokens are taken; empty: any.
  std::vector<std::string> apps = {};

  // Whether `audiences` may hold Azure's own management API. Tokens for it are not meant for us,
  // and whoever holds one may act on the user's subscription; so they are taken only from named
  // apps of named tenants.
  bool allow_azure_management = false;
};

// Entra ID of the public cloud, which issues tokens of version 1.0 and of version 2.0 under
// different names. `tenants` are named one by one.
std::vector<Issuer> EntraIssuers(const std::vector<std::string>& tenants,
                                 const std::vector<std::string>& audiences);

// INVALID_ARGUMENT: what is wrong with it, for whoever wrote the configuration.
Status CheckIssuer(const Issuer& issuer);

// `url` with the tenant in its place.
std::string WithTenant(std::string_view url, std::string_view tenant);

// Whether `url` has a place for a tenant.
bool NamesTenant(std::string_view url);

// Whether `audience` is one of the issuer's.
bool HasAudience(const Issuer& issuer, std::string_view audience);

// Whether tokens of `tenant` are taken.
bool HasTenant(const Issuer& issuer, std::string_view tenant);

}  // namespace rookery::tokens
