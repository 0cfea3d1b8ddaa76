// The flags that say whose tokens a program takes.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

namespace rookery::program {

struct TokenFlags {
  std::vector<std::string> entra_tenants;
  // Other issuers; `keys` in the same order.
  std::vector<std::string> issuers;
  std::vector<std::string> keys;
  std::vector<std::string> tenants;
  std::vector<std::string> audiences;
  std::vector<std::string> apps;
  std::string keys_ca;
  bool allow_azure_management = false;
  bool insecure_allow_unauthenticated = false;
};

// --entra-tenant, --token-..., --insecure-allow-unauthenticated.
void AddTokens(CLI::App& command, TokenFlags* flags);

}  // namespace rookery::program
