// The fixture of this folder's own suites: two tables and short ways to reach them.
#pragma once

#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"

namespace rookery::db {

inline constexpr Statement kCreateItems = {"create_items", R"(CREATE TABLE items (
  id BIGINT NOT NULL PRIMARY KEY,
  name TEXT COLLATE "C" UNIQUE,
  score DOUBLE PRECISION,
  data @bytes@))"};
inline constexpr Statement kCreateParts = {"create_parts", R"(CREATE TABLE parts (
  item BIGINT NOT NULL REFERENCES items (id),
  no BIGINT NOT NULL CHECK (no > 0),
  PRIMARY KEY (item, no)) @without_rowid@)"};
inline constexpr Statement kInsertItem = {
    "insert_item", "INSERT INTO items (id, name, score, data) VALUES ($1, $2, $3, $4)"};
inline constexpr Statement kInsertId = {"insert_id", "INSERT INTO items (id) VALUES ($1)"};
inline constexpr Statement kInsertPart = {"insert_part",
                                          "INSERT INTO parts (item, no) VALUES ($1, $2)"};
inline constexpr Statement kGetItem = {"get_item",
                                       "SELECT id, name, score, data FROM items WHERE id = $1"};
inline constexpr Statement kCountItems = {"count_items", "SELECT count(*) FROM items"};
inline constexpr Statement kAddToScore = {
    "add_to_score", "UPDATE items SET score = coalesce(score, 0) + 1 WHERE id = $1"};
// Takes minutes.
inline constexpr Statement kCountForLong = {"count_for_long", R"(
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000)
  SELECT count(*) FROM n)"};

inline constexpr Value kNull = std::monostate();

class ItemsTest : public ::testing::TestWithParam<testing::TestDatabaseKind> {
 protected:
  explicit ItemsTest(const Database::Options& options = {}) : database_(GetParam(), options) {}

  void SetUp() override {
    ROOKERY_ASSERT_OK(Execute(kCreateItems, {}));
    ROOKERY_ASSERT_OK(Execute(kCreateParts, {}));
  }

  // Long enough for any test on a busy machine.
  static absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

  StatusOr<int64_t> Execute(const Statement& statement, const Values& values) {
    return database_->Write(
        Soon(), [&](Transaction& transaction) { return transaction.Execute(statement, values); });
  }
  StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                const Columns& columns) {
    return database_->Write(Soon(), [&](Transaction& transaction) {
      return transaction.ExecuteMany(statement, shared, columns);
    });
  }
  StatusOr<Rows> Query(const Statement& statement, const Values& values = {}) {
    return database_->Read(
        Soon(), [&](Transaction& transaction) { return transaction.Query(statement, values); });
  }
  int64_t Count() { return Query(kCountItems).value()[0].Int(0); }

  bool IsSqlite() const { return GetParam() == testing::TestDatabaseKind::kSqlite; }

  testing::TestDatabase database_;
};

}  // namespace rookery::db
