#include "services/tracking/domain/log_errors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "libs/checks/python_text.h"

namespace rookery::tracking {
namespace {

// How a Python programmer would see the conflicting params.
std::string Described(const std::vector<ParamConflict>& conflicts) {
  std::vector<std::string> entries;
  for (const ParamConflict& conflict : conflicts) {
    entries.push_back(fmt::format("{{'key': {}, 'old_value': {}, 'new_value': {}}}",
                                  PythonRepr(conflict.key), PythonRepr(conflict.old_value),
                                  PythonRepr(conflict.new_value)));
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

}  // namespace

Status ParamsAreWrittenOnce(const std::vector<ParamConflict>& conflicts, std::string_view run_id) {
  return absl::InvalidArgumentError(
      fmt::format("Changing param values is not allowed. Params were already logged='{}' for run "
                  "ID='{}'.",
                  Described(conflicts), run_id));
}

Status ParamIsWrittenOnce(const ParamConflict& conflict, std::string_view run_id) {
  return absl::InvalidArgumentError(fmt::format(
      "Changing param values is not allowed. Param with key='{}' was already logged with "
      "value='{}' for run ID='{}'. Attempted logging new value '{}'.",
      conflict.key, conflict.old_value, run_id, conflict.new_value));
}

Status MetricNamesUnknownModel(std::string_view model_id) {
  return WithErrorCode(
      absl::InvalidArgumentError(fmt::format(
          "A metric names the logged model '{}', which does not exist. Create it first.",
          model_id)),
      "BAD_REQUEST");
}

}  // namespace rookery::tracking
