#include "services/registry/store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "libs/db/testing/workspace_keys.h"
#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

class SchemaTest : public ::testing::TestWithParam<testing::TestDatabaseKind> {
 protected:
  void SetUp() override { ROOKERY_ASSERT_OK(db::CreateOrCheck(*database_, RegistrySchema())); }
  testing::TestDatabase database_{GetParam()};
};

TEST_P(SchemaTest, EveryStatementIsValid) {
  ROOKERY_EXPECT_OK(testing::PrepareAll(*database_, sql::kAll));
}

TEST_P(SchemaTest, EveryKeyBeginsWithTheWorkspace) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto keys, testing::KeysWithoutWorkspace(database_));
  EXPECT_THAT(keys, ::testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, SchemaTest, ::testing::ValuesIn(testing::AllTestDatabases()),
                         testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry::store
