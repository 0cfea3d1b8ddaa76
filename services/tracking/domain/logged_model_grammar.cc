#include "services/tracking/domain/logged_model_grammar.h"

namespace rookery::tracking {
namespace {

using filter::Entity;
using filter::KeyRule;
using filter::kListOperators;
using filter::kNumberOperators;
using filter::kTextOperators;
using filter::Type;

KeyRule Text(std::string_view name) {
  return {.name = name, .operators = kTextOperators | kListOperators, .orderable = true};
}

KeyRule Time(std::string_view name, std::string_view means = "") {
  return {.name = name,
          .type = Type::kNumber,
          .operators = kNumberOperators,
          .orderable = true,
          .means = means};
}

}  // namespace

const filter::Grammar& LoggedModelGrammar() {
  static const filter::Grammar grammar{
      .entities =
          {
              {.entity = Entity::kAttribute,
               .word = "attribute",
               .prefixes = {"attributes"},
               .keys = {Text("name"), Text("model_id"), Text("model_type"), Text("status"),
                        Text("source_run_id"), Text("experiment_id"), Time("creation_timestamp"),
                        Time("creation_timestamp_ms", "creation_timestamp"),
                        Time("creation_time", "creation_timestamp"), Time("last_updated_timestamp"),
                        Time("last_updated_timestamp_ms", "last_updated_timestamp")}},
              {.entity = Entity::kMetric,
               .word = "metric",
               .prefixes = {"metrics"},
               .keys = {{.type = Type::kNumber, .operators = kNumberOperators, .orderable = true}}},
              {.entity = Entity::kParam,
               .word = "param",
               .prefixes = {"params"},
               .keys = {{.operators = kTextOperators | kListOperators}}},
              {.entity = Entity::kTag,
               .word = "tag",
               .prefixes = {"tags"},
               .keys = {{.operators = kTextOperators | kListOperators}}},
          },
      .valid_entities = "Expected one of ['attributes', 'metrics', 'params', 'tags']",
      .numbers_as_text = true,
  };
  return grammar;
}

}  // namespace rookery::tracking
