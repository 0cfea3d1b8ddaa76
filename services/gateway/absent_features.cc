#include "services/gateway/absent_features.h"

#include <string>

#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

struct AbsentFeature {
  std::string_view method;
  std::string_view path;  // After /ajax-api.
  std::string_view answer;
};

constexpr AbsentFeature kAbsentFeatures[] = {
    // Telemetry of the UI.
    {"GET", "/3.0/mlflow/ui-telemetry",
     R"({"disable_ui_events":[],"disable_ui_telemetry":true,"ui_rollout_percentage":0})"},
    {"POST", "/3.0/mlflow/ui-telemetry", R"({"status":"disabled"})"},
    // The assistant.
    {"GET", "/3.0/mlflow/assistant/config",
     R"({"providers":{},"projects":{},"remote_access_allowed":false})"},
    {"GET", "/3.0/mlflow/assistant/providers", R"({"providers":[]})"},
    // Traces and what judges them.
    {"GET", "/2.0/mlflow/traces", "{}"},
    {"POST", "/3.0/mlflow/traces/search", "{}"},
    {"POST", "/3.0/mlflow/traces/metrics", R"({"data_points":[]})"},
    {"GET", "/3.0/mlflow/scorers/list", "{}"},
    {"GET", "/3.0/mlflow/scorers/online-configs", R"({"configs":[]})"},
    {"POST", "/3.0/mlflow/issues/search", "{}"},
    {"GET", "/3.0/mlflow/label-schemas/list", "{}"},
    {"GET", "/3.0/mlflow/review-queues/list", "{}"},
    {"GET", "/3.0/mlflow/datasets/search", "{}"},
    {"POST", "/3.0/mlflow/datasets/search", "{}"},
    // The gateway to language models.
    {"GET", "/2.0/mlflow/gateway-proxy", R"({"endpoints":[]})"},
    {"POST", "/2.0/mlflow/gateway-proxy", R"({"endpoints":[]})"},
    {"GET", "/3.0/mlflow/gateway/secrets/config", R"({"secrets_available":false})"},
    {"GET", "/3.0/mlflow/gateway/secrets/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/endpoints/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/endpoints/bindings/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/model-definitions/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/budgets/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/budgets/windows", "{}"},
    {"GET", "/3.0/mlflow/gateway/guardrails/list", "{}"},
    {"GET", "/3.0/mlflow/gateway/supported-providers", R"({"providers":[]})"},
    {"GET", "/3.0/mlflow/gateway/supported-models", R"({"models":[]})"},
    // Jobs, webhooks, servers of tools.
    {"POST", "/3.0/jobs/search", R"({"jobs":[]})"},
    {"GET", "/3.0/mlflow/prompt-optimization/jobs/search", "{}"},
    {"POST", "/3.0/mlflow/prompt-optimization/jobs/search", "{}"},
    {"GET", "/2.0/mlflow/webhooks", "{}"},
    {"GET", "/3.0/mlflow/mcp-servers", R"({"mcp_servers":[],"next_page_token":null})"},
    {"GET", "/3.0/mlflow/mcp-servers/endpoints",
     R"({"mcp_access_endpoints":[],"next_page_token":null})"},
};

constexpr std::string_view kPrefix = "/ajax-api";

}  // namespace

std::optional<http::Response> AnswerAbsentFeature(const http::RequestHead& request) {
  std::string_view path = request.path;
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  for (const AbsentFeature& feature : kAbsentFeatures) {
    if (feature.path != path || feature.method != request.method) continue;
    http::Response response;
    response.headers = SafetyHeaders();
    response.headers.Add("Content-Type", "application/json");
    response.body = std::string(feature.answer);
    return response;
  }
  return std::nullopt;
}

}  // namespace rookery::gateway
