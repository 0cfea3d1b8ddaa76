#include "services/tracking/domain/model_history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <vector>

#include "libs/checks/text.h"

namespace rookery::tracking {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

// Of a flavor everything is kept but its `config`, which can be long.
std::string WithoutConfig(element flavor) {
  object fields;
  if (flavor.get(fields) != simdjson::SUCCESS) return simdjson::minify(flavor);
  std::vector<std::string> kept;
  for (const auto field : fields) {
    if (field.key == "config") continue;
    kept.push_back(simdjson::minify(field));
  }
  return fmt::format("{{{}}}", fmt::join(kept, ","));
}

Status CheckFields(object model) {
  std::vector<std::string> missing;
  for (const char* name : {"artifact_path", "flavors", "run_id", "utc_time_created"}) {
    if (model[name].error() != simdjson::SUCCESS) missing.push_back(fmt::format("'{}'", name));
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Model json is missing mandatory fields: {{{}}}", fmt::join(missing, ", ")));
}

}  // namespace

StatusOr<std::string> ModelHistoryEntry(const std::string& model_json) {
  simdjson::dom::parser parser;
  element parsed;
  if (parser.parse(model_json).get(parsed) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(
        fmt::format("Malformed model info. \n {} \n is not a valid JSON.", model_json));
  }
  object model;
  if (parsed.get(model) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("Malformed model info. It is not a JSON object.");
  }
  RETURN_IF_ERROR(CheckFields(model));
  object flavors;
  if (model["flavors"].get(flavors) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("Malformed model info. Its flavors are not a JSON object.");
  }
  std::vector<std::string> fields;
  for (const char* name : {"run_id", "artifact_path", "utc_time_created"}) {
    const element value = model[name];
    if (!value.is_null())
      fields.push_back(fmt::format(R"("{}":{})", name, simdjson::minify(value)));
  }
  element uuid;
  const bool has_uuid = model["model_uuid"].get(uuid) == simdjson::SUCCESS;
  fields.push_back(fmt::format(R"("model_uuid":{})", has_uuid ? simdjson::minify(uuid) : "null"));
  std::vector<std::string> kept;
  for (const auto flavor : flavors) {
    const std::string_view name = flavor.key;
    kept.push_back(fmt::format("{}:{}", QuotedJson(name), WithoutConfig(flavor.value)));
  }
  return fmt::format(R"({{{},"flavors":{{{}}}}})", fmt::join(fields, ","), fmt::join(kept, ","));
}

StatusOr<std::string> AppendedToHistory(const std::string& history, std::string_view entry) {
  simdjson::dom::parser parser;
  simdjson::dom::array entries;
  if (parser.parse(history).get(entries) != simdjson::SUCCESS) {
    return absl::FailedPreconditionError(fmt::format(
        "The run's tag '{}' is not a JSON list: no model can be added to it.", kModelHistoryTag));
  }
  std::string list = simdjson::minify(entries);
  list.pop_back();
  if (entries.size() > 0) list += ',';
  list.append(entry);
  return list + ']';
}

}  // namespace rookery::tracking
