// What PostgreSQL sends in binary form, type by type.
#include <gmock/gmock.h>

#include <cmath>

#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;

class PostgresTypesTest : public ItemsTest {
 protected:
  StatusOr<Rows> Select(std::string_view columns) {
    const std::string sql = "SELECT " + std::string(columns);
    return Query({"select", sql});
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresTypesTest);
INSTANTIATE_TEST_SUITE_P(All, PostgresTypesTest,
                         ::testing::ValuesIn(testing::PostgresTestDatabases()), TestDatabaseName());

TEST_P(PostgresTypesTest, IntegersOfAllSizes) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Rows rows,
      Select("-2::smallint, -3::int, -4::bigint, 4000000000::oid, false, true, NULL::int"));
  const Row row = rows[0];
  EXPECT_EQ(row.Int(0), -2);
  EXPECT_EQ(row.Int(1), -3);
  EXPECT_EQ(row.Int(2), -4);
  EXPECT_EQ(row.Int(3), 4'000'000'000);
  EXPECT_EQ(row.Int(4), 0);
  EXPECT_EQ(row.Int(5), 1);
  EXPECT_TRUE(row.IsNull(6));
}

TEST_P(PostgresTypesTest, RealsAndTexts) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Rows rows,
      Select("0.5::real, -1e300::float8, 'a'::text, 'b'::varchar(9), 'c'::name, ''::text"));
  const Row row = rows[0];
  EXPECT_EQ(row.Real(0), 0.5);
  EXPECT_EQ(row.Real(1), -1e300);
  EXPECT_EQ(row.Text(2), "a");
  EXPECT_EQ(row.Text(3), "b");
  EXPECT_EQ(row.Text(4), "c");
  EXPECT_EQ(row.OptionalText(5), "");
}

TEST_P(PostgresTypesTest, NumericsAreIntegersWhereTheyFit) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Rows rows, Select("0::numeric, 10000::numeric, -120034560000::numeric,"
                              " 9223372036854775807::numeric, -9223372036854775807::numeric"));
  const Row row = rows[0];
  EXPECT_EQ(row.Int(0), 0);
  EXPECT_EQ(row.Int(1), 10'000);
  EXPECT_EQ(row.Int(2), -120'034'560'000);
  EXPECT_EQ(row.Int(3), INT64_MAX);
  EXPECT_EQ(row.Int(4), -INT64_MAX);
}

TEST_P(PostgresTypesTest, OtherNumericsAreReals) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Rows rows,
      Select("1.5::numeric, -0.0625::numeric, 1e20::numeric, 9223372036854775808::numeric,"
             " 'NaN'::numeric"));
  const Row row = rows[0];
  EXPECT_EQ(row.Real(0), 1.5);
  EXPECT_EQ(row.Real(1), -0.0625);
  EXPECT_EQ(row.Real(2), 1e20);
  EXPECT_EQ(row.Real(3), 9223372036854775808.0);
  EXPECT_TRUE(std::isnan(row.Real(4)));
}

// Better than a value that is something else.
TEST_P(PostgresTypesTest, ATypeThatIsNotReadIsABug) {
  EXPECT_THAT(Select("now()"), StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace rookery::db
