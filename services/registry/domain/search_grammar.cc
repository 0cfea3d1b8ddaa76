#include "services/registry/domain/search_grammar.h"

namespace rookery::registry {
namespace {

using filter::Entity;
using filter::KeyRule;
using filter::kListOperators;
using filter::kNumberOperators;
using filter::kTextOperators;
using filter::Type;

constexpr char kValidEntities[] = "Valid entity types are ('attribute', 'tag', 'tags')";

filter::EntityRule Attributes(std::vector<KeyRule> keys) {
  return {.entity = Entity::kAttribute,
          .word = "attribute",
          .prefixes = {"attribute"},
          .keys = std::move(keys)};
}

filter::EntityRule Tags() {
  return {.entity = Entity::kTag,
          .word = "tag",
          .prefixes = {"tag", "tags"},
          .keys = {{.operators = kTextOperators}}};
}

KeyRule Name() {
  return {.name = "name", .operators = kTextOperators | kListOperators, .orderable = true};
}

// To order by, not to filter by.
KeyRule Time(std::string_view name, std::string_view means = "") {
  return {.name = name, .type = Type::kNumber, .orderable = true, .means = means};
}

}  // namespace

const filter::Grammar& RegisteredModelGrammar() {
  static const filter::Grammar grammar{
      .entities = {Attributes({Name(), Time("timestamp", "last_updated_timestamp"),
                               Time("last_updated_timestamp")}),
                   Tags()},
      .valid_entities = kValidEntities,
      .bare_attributes = true,
      .distinct_order = true,
  };
  return grammar;
}

const filter::Grammar& ModelVersionGrammar() {
  static const filter::Grammar grammar{
      .entities = {Attributes({Name(),
                               {.name = "run_id", .operators = kTextOperators | kListOperators},
                               {.name = "source_path", .operators = kTextOperators},
                               {.name = "version_number",
                                .type = Type::kNumber,
                                .operators = kNumberOperators,
                                .orderable = true},
                               Time("creation_timestamp"),
                               Time("last_updated_timestamp")}),
                   Tags()},
      .valid_entities = kValidEntities,
      .quoted_numbers = true,
      .bare_attributes = true,
      .distinct_order = true,
  };
  return grammar;
}

}  // namespace rookery::registry
