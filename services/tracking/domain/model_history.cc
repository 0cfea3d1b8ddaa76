#include "services/tracking/domain/model_history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <string_view>
#include <utility>
#include <vector>

#include "libs/checks/python_text.h"
#include "libs/checks/text.h"

namespace rookery::tracking {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// JSON as Python's json.dumps writes it, so that the tag reads like MLflow's.
class Writer {
 public:
  void Value(element value) {
    switch (value.type()) {
      case element_type::OBJECT:
        return Object(object(value), "");
      case element_type::ARRAY:
        return Array(array(value));
      case element_type::STRING:
        return Raw(QuotedJson(std::string_view(value)));
      case element_type::INT64:
        return Raw(std::to_string(int64_t(value)));
      case element_type::UINT64:
        return Raw(std::to_string(uint64_t(value)));
      case element_type::DOUBLE:
        return Raw(PythonRepr(double(value)));
      case element_type::BOOL:
        return Raw(bool(value) ? "true" : "false");
      case element_type::NULL_VALUE:
        return Raw("null");
    }
  }

  void Array(array values) {
    Raw("[");
    std::string_view separator;
    for (const element value : values) {
      Raw(separator);
      Value(value);
      separator = ", ";
    }
    Raw("]");
  }

  void Object(object fields, std::string_view left_out) {
    Raw("{");
    std::string_view separator;
    for (const auto field : fields) {
      if (!left_out.empty() && field.key == left_out) continue;
      Raw(separator);
      Key(field.key);
      Value(field.value);
      separator = ", ";
    }
    Raw("}");
  }

  void Key(std::string_view name) { Raw(QuotedJson(name) + ": "); }
  void Raw(std::string_view text) { text_.append(text); }

  std::string Take() && { return std::move(text_); }

 private:
  std::string text_;
};

Status CheckFields(object model) {
  std::vector<std::string> missing;
  for (const char* name : {"artifact_path", "flavors", "run_id", "utc_time_created"}) {
    if (model[name].error() != simdjson::SUCCESS) missing.push_back(fmt::format("'{}'", name));
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Model json is missing mandatory fields: {{{}}}", fmt::join(missing, ", ")));
}

// Of a flavor everything is kept but its `config`, which can be long.
void WriteFlavors(object flavors, Writer* out) {
  out->Raw("{");
  std::string_view separator;
  for (const auto flavor : flavors) {
    out->Raw(separator);
    out->Key(flavor.key);
    object fields;
    if (flavor.value.get(fields) == simdjson::SUCCESS) {
      out->Object(fields, "config");
    } else {
      out->Value(flavor.value);
    }
    separator = ", ";
  }
  out->Raw("}");
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
  Writer out;
  out.Raw("{");
  for (const char* name : {"run_id", "artifact_path", "utc_time_created"}) {
    const element value = model[name];
    if (value.is_null()) continue;
    out.Key(name);
    out.Value(value);
    out.Raw(", ");
  }
  out.Key("model_uuid");
  element uuid;
  if (model["model_uuid"].get(uuid) == simdjson::SUCCESS) {
    out.Value(uuid);
  } else {
    out.Raw("null");
  }
  out.Raw(", ");
  out.Key("flavors");
  WriteFlavors(flavors, &out);
  out.Raw("}");
  return std::move(out).Take();
}

StatusOr<std::string> AppendedToHistory(const std::string& history, std::string_view entry) {
  simdjson::dom::parser parser;
  array entries;
  if (parser.parse(history).get(entries) != simdjson::SUCCESS) {
    return absl::FailedPreconditionError(fmt::format(
        "The run's tag '{}' is not a JSON list: no model can be added to it.", kModelHistoryTag));
  }
  Writer out;
  out.Array(entries);
  std::string list = std::move(out).Take();
  list.pop_back();
  if (entries.size() > 0) list += ", ";
  list.append(entry);
  return list + ']';
}

}  // namespace rookery::tracking
