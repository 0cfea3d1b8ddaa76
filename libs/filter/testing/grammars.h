// A grammar as rich as that of runs, for tests.
#pragma once

#include "libs/filter/grammar.h"

namespace rookery::filter::testing {

inline const Grammar& RichGrammar() {
  static const Grammar grammar{
      .entities =
          {
              {.entity = Entity::kAttribute,
               .word = "attribute",
               .prefixes = {"attribute", "attributes", "attr", "run"},
               .keys = {{.name = "run_id",
                         .operators = kTextOperators | kListOperators,
                         .orderable = true},
                        {.name = "status", .operators = kTextOperators, .orderable = true},
                        {.name = "run_name", .operators = kTextOperators, .orderable = true},
                        {.name = "run name", .operators = kTextOperators, .means = "run_name"},
                        {.name = "start_time",
                         .type = Type::kNumber,
                         .operators = kNumberOperators,
                         .orderable = true},
                        {.name = "created",
                         .type = Type::kNumber,
                         .operators = kNumberOperators,
                         .orderable = true,
                         .means = "start_time"}}},
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
                        {.name = "context", .operators = kTextOperators | kListOperators}}},
          },
      .valid_entities = "Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']",
      .distinct_order = true,
  };
  return grammar;
}

}  // namespace rookery::filter::testing
