// A table of birds with notes, to search in.
#pragma once

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/query_text.h"
#include "libs/db/testing/test_database.h"
#include "libs/filter_sql/column.h"

namespace rookery::filter::testing {

inline Column Name() { return {"b.name", Column::Kind::kText}; }
inline Column Nest() { return {"b.nest", Column::Kind::kInteger}; }
inline Column Weight() { return {"b.weight", Column::Kind::kReal, "b.is_nan"}; }
inline Column Note() { return {"t.value", Column::Kind::kText, "", /*begin_is_indexed=*/true}; }

class BirdsTest : public ::testing::TestWithParam<rookery::testing::TestDatabaseKind> {
 protected:
  void SetUp() override {
    Write({"birds", R"(CREATE TABLE birds (id BIGINT PRIMARY KEY, name TEXT, nest BIGINT,
                       weight DOUBLE PRECISION, is_nan BIGINT))"});
    Write({"notes", "CREATE TABLE notes (bird BIGINT, key TEXT, value TEXT)"});
  }

  void AddBird(int64_t id, const std::optional<std::string>& name, std::optional<int64_t> nest,
               std::optional<double> weight) {
    const bool is_nan = weight && std::isnan(*weight);
    const db::Value value = weight ? db::Value(is_nan ? 0.0 : *weight) : db::Value();
    const db::Value flag = weight ? db::Value(int64_t{is_nan}) : db::Value();
    Write({"bird", "INSERT INTO birds VALUES ($1, $2, $3, $4, $5)"},
          {id, db::OrNull(name), db::OrNull(nest), value, flag});
  }
  void AddNote(int64_t bird, const std::string& key, const std::string& value) {
    Write({"note", "INSERT INTO notes VALUES ($1, $2, $3)"},
          {bird, std::string_view(key), std::string_view(value)});
  }

  template <typename Body>
  auto Read(Body body) {
    return database_->Read(absl::Now() + absl::Seconds(60), body);
  }
  StatusOr<db::Rows> Query(const db::QueryText& query) {
    return Read(
        [&](db::Transaction& txn) { return txn.Query(query.statement("search"), query.values()); });
  }

 private:
  void Write(const db::Statement& statement, const db::Values& values = {}) {
    ROOKERY_ASSERT_OK(database_->Write(absl::Now() + absl::Seconds(60), [&](db::Transaction& txn) {
      return txn.Execute(statement, values).status();
    }));
  }

  rookery::testing::TestDatabase database_{GetParam()};
};

}  // namespace rookery::filter::testing
