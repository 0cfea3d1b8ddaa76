#include "services/gateway/own_routes.h"

#include <rookery/gateway/v1/server_info.pb.h>

#include <utility>

#include "libs/transcode/json_printer.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

constexpr char kHealth[] = "/health";
constexpr char kReady[] = "/ready";
constexpr char kVersionPath[] = "/version";
constexpr char kMetrics[] = "/metrics";
constexpr char kServerInfo[] = "/api/3.0/mlflow/server-info";
constexpr char kServerInfoForUi[] = "/ajax-api/3.0/mlflow/server-info";

std::string ServerInfoJson(bool serves_artifacts) {
  v1::ServerInfo info;
  info.set_store_type("SqlStore");
  info.set_workspaces_enabled(false);
  info.set_trace_archival_enabled(false);
  info.set_multipart_uploads_enabled(false);
  info.set_multipart_downloads_enabled(false);
  info.set_artifact_serving_enabled(serves_artifacts);
  info.set_presigned_upload_run_id_supported(false);
  info.set_presigned_upload_model_id_supported(false);
  info.mutable_features_enabled()->set_gateway(false);
  return transcode::PrintJson(info);
}

http::Response Answer(std::string body, const char* content_type) {
  http::Response response;
  response.headers = SafetyHeaders();
  response.headers.Add("Content-Type", content_type);
  response.body = std::move(body);
  return response;
}

}  // namespace

std::vector<std::string_view> OwnRoutePaths() {
  return {kHealth, kReady, kVersionPath, kMetrics, kServerInfo, kServerInfoForUi};
}

std::optional<http::Response> AnswerOwnRoute(const http::RequestHead& request,
                                             const OwnRouteOptions& options) {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  // While the server drains, new connections get 503 for whatever they ask.
  if (request.path == kHealth || request.path == kReady) {
    return Answer("OK", "text/plain; charset=utf-8");
  }
  if (request.path == kVersionPath) {
    return Answer(options.mlflow_version, "text/html; charset=utf-8");
  }
  if (request.path == kMetrics && options.metrics != nullptr) {
    return Answer(options.metrics->Text(), metrics::kTextContentType);
  }
  if (request.path == kServerInfo || request.path == kServerInfoForUi) {
    return Answer(ServerInfoJson(options.serves_artifacts), "application/json");
  }
  return std::nullopt;
}

}  // namespace rookery::gateway
