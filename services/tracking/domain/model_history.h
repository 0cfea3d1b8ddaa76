// The tag in which a run of MLflow 2 remembers the models that it logged: a JSON list.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::tracking {

inline constexpr char kModelHistoryTag[] = "mlflow.log-model.history";

// What is remembered of an MLmodel, as a JSON object. INVALID_ARGUMENT: `model_json` is no JSON
// object, or lacks a field.
StatusOr<std::string> ModelHistoryEntry(const std::string& model_json);

// The list with one more entry. FAILED_PRECONDITION: `history`, which anybody may have written, is
// no JSON list.
StatusOr<std::string> AppendedToHistory(const std::string& history, std::string_view entry);

}  // namespace rookery::tracking
