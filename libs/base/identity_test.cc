#include "libs/base/identity.h"

#include <gtest/gtest.h>

namespace rookery {
namespace {

Identity Caller() { return {.tenant = "t", .object_id = "o", .app_id = "a"}; }

bool MayEnter(const char* workspace, const AllowList& allow, const Identity& caller) {
  const Status status = CheckEntry(workspace, allow, &caller);
  EXPECT_TRUE(status.ok() || absl::IsPermissionDenied(status)) << status;
  return status.ok();
}

TEST(CheckEntryTest, WithoutAListOnlyTheDefaultWorkspaceIsOpen) {
  EXPECT_TRUE(MayEnter("default", {}, Caller()));
  EXPECT_FALSE(MayEnter("team", {}, Caller()));
}

TEST(CheckEntryTest, AListIsForThoseOnIt) {
  for (const char* workspace : {"default", "team"}) {
    EXPECT_TRUE(MayEnter(workspace, {{.tenant = "t"}}, Caller()));
    EXPECT_TRUE(MayEnter(workspace, {{.tenant = "x"}, {.app_id = "a"}}, Caller()));
    EXPECT_TRUE(MayEnter(workspace, {{"t", "a", "o"}}, Caller()));
    EXPECT_FALSE(MayEnter(workspace, {{"t", "a", "x"}}, Caller()));
    EXPECT_FALSE(MayEnter(workspace, {{"x", "a", "o"}}, Caller()));
    EXPECT_FALSE(MayEnter(workspace, {{"t", "x", "o"}}, Caller()));
  }
}

TEST(CheckEntryTest, CaseDoesNotMatter) {
  EXPECT_TRUE(MayEnter("team", {{"T", "A", "O"}}, Caller()));
}

TEST(CheckEntryTest, AnEntryThatNamesNobodyIsForNobody) {
  EXPECT_FALSE(MayEnter("team", {{}}, Caller()));
  EXPECT_FALSE(MayEnter("team", {{}}, Identity()));
  EXPECT_FALSE(MayEnter("team", {{.object_id = "o"}}, Identity()));
}

TEST(CheckEntryTest, WhereNobodyIsAskedEverybodyMay) {
  EXPECT_TRUE(CheckEntry("team", {}, nullptr).ok());
  EXPECT_TRUE(CheckEntry("team", {{.tenant = "t"}}, nullptr).ok());
}

TEST(DescribeTest, EscapesWhatAnybodyMayHaveWritten) {
  EXPECT_EQ(Describe({.tenant = "t\n", .object_id = "o", .app_id = ""}),
            R"(tenant="t\n" oid="o" app="")");
}

}  // namespace
}  // namespace rookery
