#include "libs/db/dialect.h"

#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::db {
namespace {

using ::rookery::testing::StatusIs;

std::string Sqlite(std::string_view text) { return Translate(Dialect::kSqlite, text).value().sql; }
std::string Postgres(std::string_view text) {
  return Translate(Dialect::kPostgres, text).value().sql;
}

TEST(DialectTest, TextWithoutWordsIsUnchanged) {
  constexpr std::string_view kText = "SELECT a FROM t WHERE b = $1 AND c <> '@x@$9' -- @y@ $8\n";
  EXPECT_EQ(Sqlite(kText), kText);
  EXPECT_EQ(Postgres(kText), kText);
  EXPECT_EQ(Translate(Dialect::kSqlite, kText)->values, 1);
}

TEST(DialectTest, WordsBecomeEachDatabasesOwn) {
  EXPECT_EQ(Sqlite("a @any_text($12)@ b"), "a IN (SELECT value FROM json_each($12)) b");
  EXPECT_EQ(Postgres("a @any_text($12)@ b"), "a = ANY ($12::text[]) b");
  EXPECT_EQ(Postgres("a @any_int($1)@"), "a = ANY ($1::bigint[])");
  EXPECT_EQ(Sqlite("a @among_int($1)@"), "a IN (SELECT value FROM json_each($1))");
  EXPECT_EQ(Postgres("a @among_int($1)@"), "a IN (SELECT unnest($1::bigint[]))");
  EXPECT_EQ(Sqlite("FROM t, @ints($1, r)@"), "FROM t, json_each($1) AS r");
  EXPECT_EQ(Postgres("FROM t, @ints($1, r)@"), "FROM t, unnest($1::bigint[]) AS r(value)");
  EXPECT_EQ(Sqlite("@slice(t, a, c, r.n >> 1, $2)@"),
            "rookery_slice('t', 'c', a.rowid, r.n >> 1, $2)");
  EXPECT_EQ(Postgres("@slice(t, a, c, r.n >> 1, $2)@"),
            "substr(a.c, CAST(r.n >> 1 AS INTEGER) + 1, CAST($2 AS INTEGER))");
  EXPECT_EQ(Postgres("@read_by_slices(t, c)@"),
            "ALTER TABLE t ALTER COLUMN c SET STORAGE EXTERNAL");
  EXPECT_EQ(Postgres("@change_counter(p, id, n)@"),
            "CREATE FUNCTION count_changes_of_p() RETURNS trigger LANGUAGE plpgsql"
            " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
            " AS $$ BEGIN"
            " UPDATE p SET n = n + 1 WHERE (workspace_id, id) IN"
            " (SELECT c.workspace_id, c.id FROM changed AS c); RETURN NULL; END $$");
  EXPECT_EQ(Postgres("@count_changes(delete, c, p, id, n)@"),
            "CREATE TRIGGER c_delete_counts AFTER delete ON c REFERENCING OLD TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION count_changes_of_p()");
  EXPECT_EQ(Sqlite("@count_changes(insert, c, p, id, n)@"),
            "CREATE TRIGGER c_insert_counts AFTER insert ON c BEGIN UPDATE p SET n = n + 1"
            " WHERE workspace_id = NEW.workspace_id AND id = NEW.id; END");
  EXPECT_EQ(Sqlite("SELECT 1 @for_update@"), "SELECT 1 ");
  EXPECT_EQ(Postgres("SELECT 1 @for_update@"), "SELECT 1 FOR NO KEY UPDATE");
  EXPECT_EQ(Postgres("SELECT 1 @for_share@"), "SELECT 1 FOR SHARE");
  EXPECT_EQ(Sqlite("(x @bytes@) @without_rowid@"), "(x BLOB) WITHOUT ROWID");
  EXPECT_EQ(Postgres("(x @bytes@) @without_rowid@"), "(x BYTEA) ");
}

TEST(DialectTest, ArgumentsMayHoldCommasInParenthesesAndQuotes) {
  EXPECT_EQ(Sqlite("@like(coalesce(a, ','), $1)@"), "(coalesce(a, ',') LIKE $1)");
  EXPECT_EQ(Postgres("@like(f(a, ')', \"b,\"), $1)@"), "(f(a, ')', \"b,\") LIKE $1 ESCAPE '')");
  EXPECT_EQ(Postgres("@ilike(a, $1)@"), "((a) COLLATE \"C\" ILIKE $1 ESCAPE '')");
}

TEST(DialectTest, RowsTakeTheNumbersAfterTheGreatest) {
  constexpr std::string_view kText =
      "INSERT INTO t SELECT r.a, $2, $1 FROM @rows(a text, b double precision, c bytes)@ AS r";
  const auto postgres = Translate(Dialect::kPostgres, kText);
  EXPECT_EQ(postgres->sql,
            "INSERT INTO t SELECT r.a, $2, $1 FROM (SELECT * FROM unnest($3::text[], $4::double "
            "precision[], $5::bytea[]) AS u(a, b, c)) AS r");
  EXPECT_EQ(Sqlite(kText),
            "INSERT INTO t SELECT r.a, $2, $1 FROM (SELECT $3 AS a, $4 AS b, $5 AS c) AS r");
  EXPECT_EQ(postgres->values, 2);
  EXPECT_EQ(postgres->row_types,
            (std::vector<RowType>{RowType::kText, RowType::kReal, RowType::kBytes}));
}

TEST(DialectTest, MistakesAreFound) {
  for (const std::string_view text :
       {"@nothing@", "@like(a)@", "@any_text@", "@any_text($1)", "@any_text($1", "a @ b",
        "@rows(a)@", "@rows(a blob)@", "@rows()@", "@rows(a text)@ @rows(b text)@", "$0", "$x", "$",
        "", " \n-- nothing", "@for_update(1)@"}) {
    for (const Dialect dialect : {Dialect::kSqlite, Dialect::kPostgres}) {
      EXPECT_THAT(Translate(dialect, text), StatusIs(absl::StatusCode::kInternal)) << text;
    }
  }
}

}  // namespace
}  // namespace rookery::db
