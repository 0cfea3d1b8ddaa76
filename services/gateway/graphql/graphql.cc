#include "services/gateway/graphql/graphql.h"

#include <fmt/format.h>
#include <rookery/tracking/v1/run.pb.h>

#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "libs/transcode/json_parser.h"
#include "libs/transcode/json_text.h"
#include "libs/transcode/required.h"
#include "services/gateway/graphql/call.h"
#include "services/gateway/graphql/printer.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::MethodDescriptor;
using http::asio::awaitable;

constexpr uint64_t kMaxBodyBytes = 1 << 20;
// Of a filter that names runs one by one.
constexpr size_t kRunsPerSearch = 100;

struct Operation {
  std::string_view name;
  const char* field;  // The only one at the root of the answer.
  const char* rpc;
};

constexpr Operation kOperations[] = {
    {"GetRun", "mlflowGetRun", "rookery.tracking.v1.RunService.GetRun"},
    {"SearchRuns", "mlflowSearchRuns", "rookery.tracking.v1.RunService.SearchRuns"},
    {"MlflowGetExperimentQuery", "mlflowGetExperiment",
     "rookery.tracking.v1.ExperimentService.GetExperiment"},
    {"GetMetricHistoryBulkInterval", "mlflowGetMetricHistoryBulkInterval",
     "rookery.tracking.v1.RunService.GetMetricHistoryBulkInterval"},
};

const Operation* FindOperation(std::string_view name) {
  for (const Operation& operation : kOperations) {
    if (operation.name == name) return &operation;
  }
  return nullptr;
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor& type) {
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<Message>(factory->GetPrototype(&type)->New());
}

awaitable<StatusOr<std::unique_ptr<Message>>> AskWithJson(const View& view, const char* rpc_name,
                                                          std::string_view input) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const MethodDescriptor* found = pool->FindMethodByName(rpc_name);
  if (found == nullptr) {
    co_return absl::UnimplementedError(fmt::format("This server has no {} yet.", rpc_name));
  }
  const MethodDescriptor& rpc = *found;
  const std::unique_ptr<Message> request = NewMessage(*rpc.input_type());
  CO_RETURN_IF_ERROR(transcode::ParseJson(input, request.get()));
  CO_ASSIGN_OR_RETURN(const Forward forward, ForwardTo(view, rpc));
  std::unique_ptr<Message> response = NewMessage(*rpc.output_type());
  CO_RETURN_IF_ERROR(co_await CallUnary(forward, rpc, *request, response.get()));
  co_return response;
}

// The messages of type T that are fields, or elements of fields, of `message`.
template <typename T>
std::vector<const T*> Members(const Message& message) {
  std::vector<const T*> members;
  std::vector<const google::protobuf::FieldDescriptor*> fields;
  const auto& reflection = *message.GetReflection();
  reflection.ListFields(message, &fields);
  for (const auto* field : fields) {
    if (field->message_type() != T::descriptor()) continue;
    if (!field->is_repeated()) {
      members.push_back(static_cast<const T*>(&reflection.GetMessage(message, field)));
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      members.push_back(static_cast<const T*>(&reflection.GetRepeatedMessage(message, field, i)));
    }
  }
  return members;
}

awaitable<Status> AskForExperiments(const View& view,
                                    const std::vector<const tracking::v1::Run*>& runs,
                                    RunRelations* relations) {
  for (const auto* run : runs) {
    const std::string& id = run->info().experiment_id();
    if (relations->experiments.contains(id)) continue;
    tracking::v1::GetExperimentRequest request;
    request.set_experiment_id(id);
    auto found = co_await Ask<tracking::v1::GetExperimentResponse>(
        view, "rookery.tracking.v1.ExperimentService.GetExperiment", request);
    if (!found.ok()) co_return found.status();
    relations->experiments[id] = std::move(*found->mutable_experiment());
  }
  co_return absl::OkStatus();
}

awaitable<Status> AskForModelVersions(const View& view,
                                      const std::vector<const tracking::v1::Run*>& runs,
                                      RunRelations* relations) {
  for (size_t begin = 0; begin < runs.size(); begin += kRunsPerSearch) {
    std::string filter;
    for (size_t i = begin; i < std::min(runs.size(), begin + kRunsPerSearch); ++i) {
      filter +=
          fmt::format("{}'{}'", filter.empty() ? "run_id IN (" : ",", runs[i]->info().run_id());
    }
    std::string input = R"({"filter":)";
    transcode::AppendJsonString(filter + ")", &input);
    auto found = co_await AskWithJson(
        view, "rookery.registry.v1.ModelVersionService.SearchModelVersions", input + "}");
    if (!found.ok()) co_return found.status();
    for (const auto* version : Members<registry::v1::ModelVersion>(**found)) {
      relations->model_versions[version->run_id()].push_back(*version);
    }
  }
  co_return absl::OkStatus();
}

// What the operation's field answers.
awaitable<StatusOr<std::string>> Answer(const View& view, const Operation& operation,
                                        std::string_view input) {
  auto response = co_await AskWithJson(view, operation.rpc, input);
  if (!response.ok()) co_return response.status();
  const auto runs = Members<tracking::v1::Run>(**response);
  RunRelations relations;
  CO_RETURN_IF_ERROR(co_await AskForExperiments(view, runs, &relations));
  CO_RETURN_IF_ERROR(co_await AskForModelVersions(view, runs, &relations));
  co_return PrintGraphql(**response, relations);
}

// Whether a retry would end in the same way.
bool IsTheCallers(const Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status) || absl::IsOutOfRange(status);
}

std::string ErrorsJson(std::string_view message) {
  std::string json = "[";
  transcode::AppendJsonString(message, &json);
  return json + "]";
}

}  // namespace

awaitable<Status> AnswerGraphql(const View& view) {
  if (view.exchange.request().method != "POST") {
    co_return absl::InvalidArgumentError("GraphQL is asked with POST.");
  }
  auto body = co_await view.exchange.body().ReadAll(kMaxBodyBytes);
  if (absl::IsResourceExhausted(body.status())) co_return BodyTooLarge(kMaxBodyBytes);
  if (!body.ok()) co_return body.status();
  CO_ASSIGN_OR_RETURN(const GraphqlCall call, ReadGraphqlCall(*body));
  const Operation* operation = FindOperation(call.operation);
  if (operation == nullptr) {
    const std::string message =
        fmt::format("There is no operation '{}'. This server answers those of MLflow's web UI.",
                    call.operation);
    co_return co_await SendJson(view.exchange,
                                R"({"data":null,"errors":)" + ErrorsJson(message) + "}");
  }
  const auto answer = co_await Answer(view, *operation, call.input);
  if (!answer.ok() && !IsTheCallers(answer.status())) co_return answer.status();
  const std::string value = answer.ok() ? *answer : "null";
  const std::string errors =
      answer.ok() ? "null" : ErrorsJson(std::string(answer.status().message()));
  co_return co_await SendJson(view.exchange, fmt::format(R"({{"data":{{"{}":{}}},"errors":{}}})",
                                                         operation->field, value, errors));
}

}  // namespace rookery::gateway
