#include "libs/transcode/request_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/route_table_builder.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using ::rookery::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Thing;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

class RequestBuilderTest : public ::testing::Test {
 protected:
  RequestBuilderTest()
      : table_(*RouteTableBuilder()
                    .AddService(Thing::descriptor()->file()->FindServiceByName("Things"))
                    .Build()) {}

  StatusOr<Thing> Build(std::string_view verb, std::string_view path, std::string_view query,
                        std::string_view body) {
    ASSIGN_OR_RETURN(const RouteMatch match, table_.Match(verb, path));
    if (match.route == nullptr) return absl::NotFoundError("no route");
    Thing thing;
    RETURN_IF_ERROR(BuildRequest(match, query, body, &thing));
    return thing;
  }

  StatusOr<Thing> Query(std::string_view query) {
    return Build("GET", "/api/2.0/things/get", query, "");
  }

  const Route& Find(std::string_view verb, std::string_view path) {
    return *table_.Match(verb, path)->route;
  }

  RouteTable table_;
};

TEST_F(RequestBuilderTest, QueryParametersFillFields) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Thing thing,
      Query("id=a&max_results=7&all=true&color=RED&real=1e3&inner.name=n&tags=x&tags=y&tags=x"));
  EXPECT_EQ(thing.id(), "a");
  EXPECT_EQ(thing.max_results(), 7);
  EXPECT_TRUE(thing.all());
  EXPECT_EQ(thing.color(), testing::RED);
  EXPECT_EQ(thing.real(), 1000);
  EXPECT_EQ(thing.inner().name(), "n");
  EXPECT_THAT(thing.tags(), ElementsAre("x", "y", "x"));
}

TEST_F(RequestBuilderTest, QueriesAreDecodedAndPlusIsABlank) {
  EXPECT_EQ(Query("id=a+b%2Bc%26d%3De")->id(), "a b+c&d=e");
  EXPECT_EQ(Query("%69d=%C3%A9")->id(), "é");
  EXPECT_EQ(Query("id=a=b")->id(), "a=b");
  EXPECT_EQ(Query("id=a%252Fb")->id(), "a%2Fb");
}

TEST_F(RequestBuilderTest, UnknownAndEmptyQueryParametersAreIgnored) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Thing thing, Query("&&x=1&inner.nope=1&id.x=1&tags.y=2&.=1&=&maxResults=3&inner.=1&&"));
  EXPECT_EQ(thing.ByteSizeLong(), 0u);
  EXPECT_TRUE(Query("id")->has_id());
  EXPECT_TRUE(Query("id=")->has_id());
}

TEST_F(RequestBuilderTest, OfRepeatedParametersOfASingleFieldTheFirstWins) {
  EXPECT_EQ(Query("id=0&id=1")->id(), "0");
}

TEST_F(RequestBuilderTest, QueryNumbersAreParsedStrictly) {
  for (const auto& [text, shown] : {std::pair("x", "x"),
                                    {"2.5", "2.5"},
                                    {"", ""},
                                    {"%2012", " 12"},
                                    {"1_0", "1_0"},
                                    {"2147483648", "2147483648"}}) {
    EXPECT_THAT(
        Query(std::string("max_results=") + text),
        StatusIs(kInvalid, std::string("Invalid value \"") + shown +
                               "\" for parameter 'max_results' supplied:  Hint: Value was of "
                               "type 'str'. See the API docs for more information about request "
                               "parameters."));
  }
}

TEST_F(RequestBuilderTest, QueryBoolsAreTrueOrFalseInAnyCase) {
  EXPECT_TRUE(Query("all=True")->all());
  EXPECT_TRUE(Query("all=FALSE")->has_all());
  EXPECT_THAT(Query("all=yes"),
              StatusIs(kInvalid, "Invalid boolean value: yes, must be 'true' or 'false'."));
  EXPECT_THAT(Query("all=1"), StatusIs(kInvalid));
  EXPECT_THAT(Query("all="), StatusIs(kInvalid));
}

TEST_F(RequestBuilderTest, QueryCannotHoldMessages) {
  EXPECT_THAT(Query("inner=x"),
              StatusIs(kInvalid, HasSubstr("Invalid value \"x\" for parameter 'inner'")));
}

TEST_F(RequestBuilderTest, QueryEscapesMustBeValid) {
  EXPECT_THAT(Query("id=%zz"), StatusIs(kInvalid));
  EXPECT_THAT(Query("id=%ff"), StatusIs(kInvalid));
  EXPECT_THAT(Query("%=1"), StatusIs(kInvalid));
}

TEST_F(RequestBuilderTest, GetTakesNoBody) {
  EXPECT_EQ(Build("GET", "/api/2.0/things/get", "", R"({"id":"b"})")->ByteSizeLong(), 0u);
}

TEST_F(RequestBuilderTest, BodiesFillFieldsAndQueriesDoNot) {
  EXPECT_EQ(
      Build("POST", "/api/2.0/things/search", "id=q", R"({"max_results":3})")->ShortDebugString(),
      "max_results: 3");
  EXPECT_THAT(Build("POST", "/api/2.0/things/search", "", "{"), StatusIs(kInvalid));
}

TEST_F(RequestBuilderTest, ThePathWinsOverTheBody) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(
      const Thing thing, Build("PATCH", "/api/2.0/things/x", "", R"({"id":"y","max_results":3})"));
  EXPECT_EQ(thing.id(), "x");
  EXPECT_EQ(thing.max_results(), 3);
}

TEST_F(RequestBuilderTest, ThePathWinsOverTheQuery) {
  EXPECT_EQ(Build("GET", "/api/2.0/things/x", "id=y", "")->id(), "x");
}

TEST_F(RequestBuilderTest, PathsFillNestedFieldsBesideTheBody) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Thing thing, Build("DELETE", "/api/2.0/things/x/tags/a%2Fb",
                                                        "", R"({"inner":{"count":1}})"));
  EXPECT_EQ(thing.id(), "x");
  EXPECT_EQ(thing.inner().name(), "a/b");
  EXPECT_EQ(thing.inner().count(), 1);
}

TEST_F(RequestBuilderTest, PathsFillNumbersStrictly) {
  EXPECT_EQ(Build("GET", "/version/7/8", "", "")->inner().count(), 8);
  EXPECT_THAT(Build("GET", "/version/7/x", "", ""),
              StatusIs(kInvalid, HasSubstr("Invalid value \"x\" for parameter 'inner.count'")));
}

TEST_F(RequestBuilderTest, RawBodiesAreNotParsed) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const Thing thing, Build("PUT", "/api/2.0/files/a/b", "id=q", "{"));
  EXPECT_EQ(thing.ShortDebugString(), "id: \"q\" path: \"a/b\"");
}

TEST_F(RequestBuilderTest, JsonBodiesNeedTheirContentType) {
  const Route& post = Find("POST", "/api/2.0/things/search");
  ROOKERY_EXPECT_OK(CheckContentType(post, "application/json"));
  ROOKERY_EXPECT_OK(CheckContentType(post, "application/json; charset=utf-8"));
  ROOKERY_EXPECT_OK(CheckContentType(post, "application/json ;charset=utf-8"));
  for (const char* type :
       {"text/plain", "Application/JSON", "application/jsonp", "application/x-www-form-urlencoded",
        "text/plain;application/json", ";"}) {
    EXPECT_THAT(
        CheckContentType(post, type),
        StatusIs(kInvalid, "Bad Request. Content-Type must be one of ['application/json']."))
        << type;
  }
  EXPECT_THAT(CheckContentType(post, std::nullopt),
              StatusIs(kInvalid, "Bad Request. Content-Type header is missing."));
  EXPECT_THAT(CheckContentType(post, ""),
              StatusIs(kInvalid, "Bad Request. Content-Type header is missing."));
}

TEST_F(RequestBuilderTest, PatchAndDeleteMayLeaveTheContentTypeOut) {
  const Route& patch = Find("PATCH", "/api/2.0/things/x");
  ROOKERY_EXPECT_OK(CheckContentType(patch, std::nullopt));
  EXPECT_THAT(CheckContentType(patch, "text/plain"), StatusIs(kInvalid));
  ROOKERY_EXPECT_OK(CheckContentType(Find("DELETE", "/api/2.0/things/x/tags/y"), std::nullopt));
}

TEST_F(RequestBuilderTest, OtherRoutesTakeAnyContentType) {
  ROOKERY_EXPECT_OK(CheckContentType(Find("PUT", "/api/2.0/files/a"), "image/png"));
  ROOKERY_EXPECT_OK(CheckContentType(Find("GET", "/api/2.0/files/a"), std::nullopt));
}

}  // namespace
}  // namespace rookery::transcode
