// A grammar of what was seen of birds, for tests: every kind of entity and of key once.
#pragma once

#include "libs/filter/grammar.h"

namespace rookery::filter::testing {

inline const Grammar& BirdGrammar() {
  static const Grammar grammar{
      .entities =
          {
              {.entity = Entity::kAttribute,
               .word = "attribute",
               .prefixes = {"attribute", "bird"},
               .keys = {{.name = "ring",
                         .operators = kTextOperators | kListOperators,
                         .orderable = true},
                        {.name = "name", .operators = kTextOperators, .orderable = true},
                        {.name = "pet name", .operators = kTextOperators, .means = "name"},
                        {.name = "hatched",
                         .type = Type::kNumber,
                         .operators = kNumberOperators,
                         .orderable = true},
                        {.name = "born",
                         .type = Type::kNumber,
                         .operators = kNumberOperators,
                         .orderable = true,
                         .means = "hatched"}}},
              {.entity = Entity::kMetric,
               .word = "size",
               .prefixes = {"size", "sizes"},
               .keys = {{.type = Type::kNumber, .operators = kNumberOperators, .orderable = true}}},
              {.entity = Entity::kParam,
               .word = "trait",
               .prefixes = {"traits"},
               .keys = {{.operators = kTextOperators | kNullOperators, .orderable = true}}},
              {.entity = Entity::kTag,
               .word = "note",
               .prefixes = {"note"},
               .keys = {{.operators = kTextOperators | kNullOperators, .orderable = true}}},
              {.entity = Entity::kDataset,
               .word = "nest",
               .prefixes = {"nest", "nests"},
               .keys = {{.name = "place", .operators = kTextOperators | kListOperators},
                        {.name = "year", .operators = kTextOperators}}},
          },
      .valid_entities = "There are ['attribute', 'size', 'trait', 'note', 'nest']",
      .distinct_order = true,
  };
  return grammar;
}

}  // namespace rookery::filter::testing
