// Files that say JSON_STYLE_AZURE, and the parts of google.api.http that Azure's calls need.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/request_builder.h"
#include "libs/transcode/response_printer.h"
#include "libs/transcode/route_table_builder.h"
#include "libs/transcode/testing/azure_test.pb.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::DescriptorPool;
using ::rookery::testing::StatusIs;
using testing::Asset;
using testing::AssetRequest;
using testing::AssetResponse;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class AzureStyleTest : public ::testing::Test {
 protected:
  const Route& Find(std::string_view verb) { return *table_.Match(verb, "/assets/a")->route; }

  StatusOr<AssetRequest> Build(std::string_view verb, std::string_view query,
                               std::string_view body) {
    AssetRequest request;
    RETURN_IF_ERROR(BuildRequest(*table_.Match(verb, "/assets/a"), query, body, &request));
    return request;
  }

  RouteTable table_ = *RouteTableBuilder()
                           .AddService(DescriptorPool::generated_pool()->FindServiceByName(
                               "rookery.transcode.testing.Assets"))
                           .Build();
};

TEST_F(AzureStyleTest, NamesAreJsonsAndListsAndMapsAreThereWhenEmpty) {
  Asset asset;
  EXPECT_EQ(PrintJson(asset), R"({"allPaths":[],"kvTags":{}})");
  asset.set_asset_id("");
  asset.set_version(3);
  asset.add_all_paths("p");
  (*asset.mutable_kv_tags())["k"] = "v";
  asset.mutable_created_time()->set_seconds(1);
  asset.mutable_created_time()->set_nanos(5'000'000);
  EXPECT_EQ(PrintJson(asset), R"({"assetId":"","version":3,"allPaths":["p"],"kvTags":{"k":"v"},)"
                              R"("createdTime":"1970-01-01T00:00:01.005Z"})");
}

TEST_F(AzureStyleTest, EachMessageIsWrittenAsItsOwnFileSays) {
  Asset asset;
  asset.mutable_mlflow_thing()->set_max_results(1);
  asset.mutable_base_asset();
  EXPECT_EQ(PrintJson(asset),
            R"({"allPaths":[],"kvTags":{},"baseAsset":{"allPaths":[],"kvTags":{}},)"
            R"("mlflowThing":{"max_results":1}})");
}

TEST_F(AzureStyleTest, QueryParametersHaveJsonsNames) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const AssetRequest request,
                               Build("GET", "%24top=2&latestOnly=True&api-version=2024", ""));
  EXPECT_EQ(request.top(), 2);
  EXPECT_TRUE(request.latest_only());
  EXPECT_EQ(request.asset_id(), "a");
  EXPECT_EQ(Build("GET", "latest_only=true", "")->latest_only(), true);
}

TEST_F(AzureStyleTest, ABodyMayBeAList) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const AssetRequest request,
      Build("PATCH", "$top=1", R"( [{"op":"add","value":{"k":1}},{"value":null,"x":[2]}] )"));
  ASSERT_EQ(request.changes_size(), 2);
  EXPECT_EQ(request.changes(0).value().struct_value().fields().at("k").number_value(), 1);
  EXPECT_TRUE(request.changes(1).has_value());
  EXPECT_EQ(request.top(), 1);
  EXPECT_EQ(request.asset_id(), "a");
  EXPECT_EQ(Build("PATCH", "", "")->changes_size(), 0);
}

TEST_F(AzureStyleTest, AListThatIsNoneOrHoldsSomethingElseIsRefused) {
  EXPECT_THAT(Build("PATCH", "", "{}"), StatusIs(kInvalid, HasSubstr("must be a JSON array")));
  EXPECT_THAT(Build("PATCH", "", "[{}"), StatusIs(kInvalid, HasSubstr("Malformed JSON")));
  EXPECT_THAT(Build("PATCH", "", "[{}] x"), StatusIs(kInvalid, HasSubstr("Malformed JSON")));
  EXPECT_THAT(Build("PATCH", "", "[{},2]"),
              StatusIs(kInvalid, HasSubstr("Invalid value 2 for parameter 'changes[1]'")));
  EXPECT_THAT(Build("PATCH", "", R"([{"op":3}])"),
              StatusIs(kInvalid, HasSubstr("parameter 'changes[0].op'")));
}

TEST_F(AzureStyleTest, AnAnswerMayBeAFieldOfTheResponse) {
  AssetResponse response;
  EXPECT_EQ(PrintResponse(Find("GET"), response), R"({"allPaths":[],"kvTags":{}})");
  response.mutable_asset()->set_version(1);
  EXPECT_EQ(PrintResponse(Find("GET"), response), R"({"version":1,"allPaths":[],"kvTags":{}})");
  EXPECT_EQ(PrintResponse(Find("PATCH"), response.asset()),
            R"({"version":1,"allPaths":[],"kvTags":{}})");
}

TEST_F(AzureStyleTest, PatchesAreATypeOfTheirOwn) {
  for (const char* verb : {"PUT", "PATCH"}) {
    ROOKERY_EXPECT_OK(CheckContentType(Find(verb), "application/json-patch+json"));
    ROOKERY_EXPECT_OK(CheckContentType(Find(verb), "application/json; charset=utf-8"));
    EXPECT_THAT(CheckContentType(Find(verb), "text/plain"), StatusIs(kInvalid));
  }
  EXPECT_THAT(CheckContentType(Find("PUT"), std::nullopt), StatusIs(kInvalid));
}

}  // namespace
}  // namespace rookery::transcode
