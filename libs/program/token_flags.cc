#include "libs/program/token_flags.h"

namespace rookery::program {
namespace {

void AddList(CLI::App& command, const std::string& flag, std::vector<std::string>* values,
             const std::string& description) {
  command.add_option(flag, *values, description + "; separated by commas")
      ->delimiter(',')
      ->allow_extra_args(false);
}

}  // namespace

void AddTokens(CLI::App& command, TokenFlags* flags) {
  AddList(command, "--entra-tenant", &flags->entra_tenants,
          "Ask callers for a token of Microsoft Entra's, of these tenants (GUIDs)");
  AddList(command, "--token-issuer", &flags->issuers,
          "Ask callers for a token, and take those of these issuers (their `iss`)");
  AddList(command, "--token-keys", &flags->keys,
          "Where the keys (a JSON Web Key Set) of each --token-issuer are, in the same order: an "
          "https URL, an http URL on the loopback, or a file by its absolute path");
  AddList(command, "--token-tenant", &flags->tenants,
          "The tenants (`tid`) whose tokens are taken from each --token-issuer");
  AddList(command, "--token-audience", &flags->audiences,
          "For whom tokens must be (`aud`): this server's URI, or api://...");
  AddList(command, "--token-app", &flags->apps,
          "Take only tokens that were given to these client apps (`appid`, `azp`)");
  command.add_option("--token-keys-ca", flags->keys_ca,
                     "Fetch keys from servers with a certificate of these authorities (PEM file) "
                     "instead of the system's");
  command.add_flag("--token-allow-azure-management", flags->allow_azure_management,
                   "Let --token-audience be Azure's management API. Such tokens are not meant for "
                   "this server, and whoever runs it could use them on Azure");
  command.add_flag("--insecure-allow-unauthenticated", flags->insecure_allow_unauthenticated,
                   "Serve other machines though nobody is asked who he is");
}

}  // namespace rookery::program
