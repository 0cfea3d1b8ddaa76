// Tags, params and other lists of (key, value): on their way into bulk statements, and out of rows.
// Both work on protobuf's repeated fields of messages with `key` and `value`, of which this folder
// knows nothing.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/database.h"

namespace rookery::db {

// The columns (key, value), sorted by key so that upserts of two transactions meet in one order. Of
// entries with one key the last counts.
template <typename Entries>
Columns KeyValueColumns(const Entries& entries) {
  std::map<std::string, std::string> sorted;
  for (const auto& entry : entries) sorted[entry.key()] = entry.value();
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (auto& [key, value] : sorted) {
    keys.push_back(key);
    values.push_back(std::move(value));
  }
  return {std::move(keys), std::move(values)};
}

// Appends rows (key, value) to `entries`.
template <typename Entries>
void AddKeyValues(const Rows& rows, Entries* entries) {
  entries->Reserve(entries->size() + static_cast<int>(rows.size()));
  for (const Row& row : rows) {
    auto* entry = entries->Add();
    entry->set_key(std::string(row.Text(0)));
    entry->set_value(std::string(row.Text(1)));
  }
}

}  // namespace rookery::db
