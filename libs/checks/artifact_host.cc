#include "libs/checks/artifact_host.h"

#include <algorithm>
#include <array>

namespace rookery {
namespace {

constexpr std::array<std::string_view, 10> kHostSchemes = {
    "abfss", "b2", "ftp", "hdfs", "http", "https", "mlflow-artifacts", "r2", "sftp", "viewfs"};

}  // namespace

bool ChoosesHost(std::string_view scheme, std::string_view authority) {
  // `mlflow-artifacts:/path` is the client's own server.
  if (scheme == "mlflow-artifacts" && authority.empty()) return false;
  return std::find(kHostSchemes.begin(), kHostSchemes.end(), scheme) != kHostSchemes.end();
}

}  // namespace rookery
