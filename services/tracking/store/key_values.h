// Tags and params: lists of (key, value), on their way into bulk statements and out of rows.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/database.h"

namespace rookery::tracking::store {

// The columns (key, value), sorted by key so that upserts of two transactions meet in one order. Of
// entries with one key the last counts.
template <typename Entry>
db::Columns KeyValueColumns(const google::protobuf::RepeatedPtrField<Entry>& entries) {
  std::map<std::string, std::string> sorted;
  for (const Entry& entry : entries) sorted[entry.key()] = entry.value();
  std::vector<std::string> keys;
  std::vector<std::string> values;
  for (auto& [key, value] : sorted) {
    keys.push_back(key);
    values.push_back(std::move(value));
  }
  return {std::move(keys), std::move(values)};
}

// Fills `entries` from rows (key, value).
template <typename Entry>
void AddKeyValues(const db::Rows& rows, google::protobuf::RepeatedPtrField<Entry>* entries) {
  entries->Reserve(static_cast<int>(rows.size()));
  for (const db::Row& row : rows) {
    Entry* entry = entries->Add();
    entry->set_key(std::string(row.Text(0)));
    entry->set_value(std::string(row.Text(1)));
  }
}

}  // namespace rookery::tracking::store
