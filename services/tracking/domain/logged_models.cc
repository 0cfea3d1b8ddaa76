#include "services/tracking/domain/logged_models.h"

#include <fmt/format.h>

#include "libs/base/ids.h"
#include "libs/checks/python_text.h"
#include "services/tracking/domain/lifecycle.h"
#include "services/tracking/rules/validation.h"
#include "services/tracking/store/experiment_store.h"
#include "services/tracking/store/request_store.h"

namespace rookery::tracking {
namespace {

constexpr char kCreateLoggedModel[] = "CreateLoggedModel";

using Params = google::protobuf::RepeatedPtrField<v1::LoggedModelParameter>;

Status WriteParams(db::Transaction& txn, const CallContext& call, const std::string& model_id,
                   const Params& params) {
  if (params.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto conflict,
                   store::WriteLoggedModelParams(txn, call.workspace, model_id, params));
  if (!conflict) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Changing param values is not allowed. Param with key='{}' was already logged "
                  "with another value for the logged model '{}'.",
                  *conflict, model_id));
}

Status MustExist(db::Transaction& txn, const CallContext& call, const std::string& model_id) {
  ASSIGN_OR_RETURN(const auto found, store::ExistingLoggedModels(txn, call.workspace, {model_id}));
  return found.empty() ? LoggedModelNotFound(model_id) : absl::OkStatus();
}

Status CheckFinalStatus(v1::LoggedModelStatus status) {
  if (status == v1::LOGGED_MODEL_PENDING || status == v1::LOGGED_MODEL_READY ||
      status == v1::LOGGED_MODEL_UPLOAD_FAILED) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      fmt::format("Invalid model status: {}. Expected LOGGED_MODEL_PENDING, LOGGED_MODEL_READY or "
                  "LOGGED_MODEL_UPLOAD_FAILED.",
                  static_cast<int>(status)));
}

}  // namespace

StatusOr<v1::CreateLoggedModelResponse> LoggedModels::Create(
    const CallContext& call, const v1::CreateLoggedModelRequest& request) {
  RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  RETURN_IF_ERROR(CheckLoggedModelName(request.name()));
  if (!request.model_id().empty()) RETURN_IF_ERROR(CheckRunId(request.model_id()));
  ASSIGN_OR_RETURN(const int64_t experiment_id, ParseExperimentId(request.experiment_id()));
  v1::LoggedModelInfo info;
  info.set_model_id(request.model_id().empty() ? NewLoggedModelId() : request.model_id());
  info.set_name(request.name().empty() ? NewRandomName() : request.name());
  info.set_model_type(request.model_type());
  info.set_source_run_id(request.source_run_id());
  info.set_status(v1::LOGGED_MODEL_PENDING);
  info.set_creation_timestamp_ms(clock_.NowMs());

  auto model = database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::LoggedModel> {
    ASSIGN_OR_RETURN(
        const std::string made,
        store::Requests().Claim(txn, call.workspace, kCreateLoggedModel, request.request_id(),
                                info.model_id(), info.creation_timestamp_ms()));
    if (made == info.model_id()) {
      RETURN_IF_ERROR(LockActiveExperiment(txn, call.workspace, experiment_id));
      RETURN_IF_ERROR(store::InsertLoggedModel(txn, call.workspace, experiment_id, info));
      RETURN_IF_ERROR(store::SetLoggedModelTags(txn, call.workspace, made, request.tags()));
      RETURN_IF_ERROR(WriteParams(txn, call, made, request.params()));
    }
    return Read(txn, call, made);
  });
  if (absl::IsAlreadyExists(model.status())) {
    return absl::AlreadyExistsError(
        fmt::format("Logged model with ID '{}' already exists.", info.model_id()));
  }
  RETURN_IF_ERROR(model);
  v1::CreateLoggedModelResponse response;
  *response.mutable_model() = *std::move(model);
  return response;
}

StatusOr<v1::GetLoggedModelResponse> LoggedModels::Get(const CallContext& call,
                                                       const v1::GetLoggedModelRequest& request) {
  v1::GetLoggedModelResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model(), database_.Read(call, [&](db::Transaction& txn) {
    return request.allow_deleted() ? Read(txn, call, request.model_id())
                                   : ReadActive(txn, call, request.model_id());
  }));
  return response;
}

StatusOr<v1::FinalizeLoggedModelResponse> LoggedModels::Finalize(
    const CallContext& call, const v1::FinalizeLoggedModelRequest& request) {
  RETURN_IF_ERROR(CheckFinalStatus(request.status()));
  v1::FinalizeLoggedModelResponse response;
  ASSIGN_OR_RETURN(*response.mutable_model(),
                   database_.Write(call, [&](db::Transaction& txn) -> StatusOr<v1::LoggedModel> {
                     ASSIGN_OR_RETURN(
                         const bool updated,
                         store::SetLoggedModelStatus(txn, call.workspace, request.model_id(),
                                                     request.status(), clock_.NowMs()));
                     if (!updated) return LoggedModelNotFound(request.model_id());
                     return Read(txn, call, request.model_id());
                   }));
  return response;
}

StatusOr<v1::SetLoggedModelTagsResponse> LoggedModels::SetTags(
    const CallContext& call, const v1::SetLoggedModelTagsRequest& request) {
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(MustExist(txn, call, request.model_id()));
    return store::SetLoggedModelTags(txn, call.workspace, request.model_id(), request.tags());
  }));
  return v1::SetLoggedModelTagsResponse();
}

StatusOr<v1::LogLoggedModelParamsResponse> LoggedModels::LogParams(
    const CallContext& call, const v1::LogLoggedModelParamsRequest& request) {
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(MustExist(txn, call, request.model_id()));
    return WriteParams(txn, call, request.model_id(), request.params());
  }));
  return v1::LogLoggedModelParamsResponse();
}

StatusOr<v1::DeleteLoggedModelResponse> LoggedModels::Delete(
    const CallContext& call, const v1::DeleteLoggedModelRequest& request) {
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    ASSIGN_OR_RETURN(const bool found,
                     store::SetLoggedModelStage(txn, call.workspace, request.model_id(),
                                                store::kDeleted, clock_.NowMs()));
    return found ? absl::OkStatus() : LoggedModelNotFound(request.model_id());
  }));
  return v1::DeleteLoggedModelResponse();
}

StatusOr<v1::DeleteLoggedModelTagResponse> LoggedModels::DeleteTag(
    const CallContext& call, const v1::DeleteLoggedModelTagRequest& request) {
  const std::string& model_id = request.model_id();
  RETURN_IF_ERROR(database_.Write(call, [&](db::Transaction& txn) -> Status {
    RETURN_IF_ERROR(MustExist(txn, call, model_id));
    ASSIGN_OR_RETURN(const bool deleted,
                     store::DeleteLoggedModelTag(txn, call.workspace, model_id, request.tag_key()));
    if (deleted) return absl::OkStatus();
    return absl::NotFoundError(fmt::format("No tag with key {} found for model with ID {}.",
                                           PythonRepr(request.tag_key()), PythonRepr(model_id)));
  }));
  return v1::DeleteLoggedModelTagResponse();
}

StatusOr<v1::LoggedModel> LoggedModels::Read(db::Transaction& txn, const CallContext& call,
                                             const std::string& model_id) const {
  ASSIGN_OR_RETURN(auto row, store::FindLoggedModel(txn, call.workspace, model_id));
  if (!row) return LoggedModelNotFound(model_id);
  return Whole(txn, call, *std::move(row));
}

StatusOr<v1::LoggedModel> LoggedModels::ReadActive(db::Transaction& txn, const CallContext& call,
                                                   const std::string& model_id) const {
  ASSIGN_OR_RETURN(auto row, store::FindLoggedModel(txn, call.workspace, model_id));
  if (!row || row->lifecycle_stage == store::kDeleted) return LoggedModelNotFound(model_id);
  return Whole(txn, call, *std::move(row));
}

StatusOr<v1::LoggedModel> LoggedModels::Whole(db::Transaction& txn, const CallContext& call,
                                              store::LoggedModelRow row) const {
  v1::LoggedModel model = std::move(row.model);
  v1::LoggedModelInfo* info = model.mutable_info();
  info->set_artifact_uri(locations_.OfLoggedModel(call.workspace, info->experiment_id(),
                                                  row.artifact_location, info->model_id()));
  ASSIGN_OR_RETURN(auto metrics,
                   metrics_.ReadModelMetrics(txn, call.workspace, {info->model_id()}));
  *model.mutable_data()->mutable_metrics() = std::move(metrics[info->model_id()]);
  return model;
}

}  // namespace rookery::tracking
