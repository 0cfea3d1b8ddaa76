#include "services/tracking/domain/search_grammar.h"

namespace rookery::tracking {
namespace {

using filter::Entity;
using filter::kListOperators;
using filter::kNullOperators;
using filter::kNumberOperators;
using filter::kTextOperators;
using filter::Operator;
using filter::Type;

filter::KeyRule Text(std::string_view name, bool orderable, std::string_view means = "") {
  return {name, Type::kText, kTextOperators, orderable, means};
}

filter::KeyRule Time(std::string_view name, std::string_view means = "") {
  return {name, Type::kNumber, kNumberOperators, /*orderable=*/true, means};
}

}  // namespace

const filter::Grammar& RunGrammar() {
  static const filter::Grammar grammar{
      .entities =
          {
              {.entity = Entity::kAttribute,
               .word = "attribute",
               .prefixes = {"attribute", "attributes", "attr", "run"},
               .keys = {{.name = "run_id",
                         .operators = kTextOperators | kListOperators,
                         .orderable = true},
                        Text("run_name", true),
                        Text("run name", false, "run_name"),
                        Text("Run name", false, "run_name"),
                        Text("Run Name", false, "run_name"),
                        Text("user_id", true),
                        Text("status", true),
                        Text("artifact_uri", true),
                        Time("start_time"),
                        Time("created", "start_time"),
                        Time("Created", "start_time"),
                        Time("end_time")}},
              {.entity = Entity::kMetric,
               .word = "metric",
               .prefixes = {"metric", "metrics"},
               .keys = {{.type = Type::kNumber, .operators = kNumberOperators, .orderable = true}}},
              {.entity = Entity::kParam,
               .word = "parameter",
               .prefixes = {"parameter", "parameters", "param", "params"},
               .keys = {{.operators = kTextOperators | kNullOperators, .orderable = true}}},
              {.entity = Entity::kTag,
               .word = "tag",
               .prefixes = {"tag", "tags"},
               .keys = {{.operators = kTextOperators | kNullOperators, .orderable = true}}},
              {.entity = Entity::kDataset,
               .word = "dataset",
               .prefixes = {"dataset", "datasets"},
               .keys = {{.name = "name", .operators = kTextOperators | kListOperators},
                        {.name = "digest", .operators = kTextOperators | kListOperators},
                        {.name = "context", .operators = kTextOperators | kListOperators}}},
          },
      .valid_entities = "Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']",
      .distinct_order = true,
  };
  return grammar;
}

const filter::Grammar& ExperimentGrammar() {
  static const filter::Grammar grammar{
      .entities =
          {
              {.entity = Entity::kAttribute,
               .word = "attribute",
               .prefixes = {"attribute"},
               .keys = {Text("name", true),
                        {.name = "experiment_id",
                         .operators = filter::Operators{Operator::kEqual, Operator::kNotEqual} |
                                      kListOperators,
                         .orderable = true},
                        Time("creation_time"),
                        Time("last_update_time")}},
              {.entity = Entity::kTag,
               .word = "tag",
               .prefixes = {"tag", "tags"},
               .keys = {{.operators = kTextOperators | kNullOperators}}},
          },
      .valid_entities = "Valid entity types are ('attribute', 'tag', 'tags')",
  };
  return grammar;
}

}  // namespace rookery::tracking
