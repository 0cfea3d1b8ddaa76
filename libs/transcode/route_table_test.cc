#include "libs/transcode/route_table.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"
#include "libs/transcode/route_table_builder.h"
#include "libs/transcode/testing/transcode_test.pb.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FileDescriptor;
using ::google::protobuf::ServiceDescriptor;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

const ServiceDescriptor* Things() {
  return testing::Thing::descriptor()->file()->FindServiceByName("Things");
}

class RouteTableTest : public ::testing::Test {
 protected:
  RouteTableTest()
      : table_(
            *RouteTableBuilder().AddService(Things()).AliasPrefix("/api/", "/ajax-api/").Build()) {}

  // "Rpc(captures)", or "405 <allowed>", or "404", or "400".
  std::string Find(std::string_view verb, std::string_view path) {
    const auto match = table_.Match(verb, path);
    if (!match.ok()) return "400";
    if (match->route == nullptr) return match->allowed.empty() ? "404" : "405 " + match->allowed;
    std::string found = match->route->rpc->name();
    EXPECT_EQ(match->captures.size(), match->route->captures.size());
    for (const std::string& capture : match->captures) found += "(" + capture + ")";
    return found;
  }

  RouteTable table_;
};

TEST_F(RouteTableTest, LiteralPathsMatch) {
  EXPECT_EQ(Find("GET", "/api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("POST", "/api/2.0/things/search"), "SearchThings");
}

TEST_F(RouteTableTest, AdditionalBindingsMatch) {
  EXPECT_EQ(Find("POST", "/api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "/api/2.0/things/x"), "GetThing(x)");
}

TEST_F(RouteTableTest, PathsUnderTheAliasPrefixMatch) {
  EXPECT_EQ(Find("GET", "/ajax-api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "/ajax-api/2.0/files/a/b"), "GetFile(a/b)");
  EXPECT_EQ(Find("GET", "/version/1/2"), "GetNumbered(1)(2)");
  EXPECT_EQ(Find("GET", "/ajax-version/1/2"), "404");
}

TEST_F(RouteTableTest, FieldsTakeOneSegmentThatIsNotEmpty) {
  EXPECT_EQ(Find("DELETE", "/api/2.0/things/x/tags/a.b"), "DeleteTag(x)(a.b)");
  EXPECT_EQ(Find("DELETE", "/api/2.0/things/x/tags/a/b"), "404");
  EXPECT_EQ(Find("DELETE", "/api/2.0/things//tags/a"), "404");
  EXPECT_EQ(Find("GET", "/api/2.0/things/"), "404");
}

TEST_F(RouteTableTest, RestTakesAllThatRemains) {
  EXPECT_EQ(Find("GET", "/api/2.0/files/a"), "GetFile(a)");
  EXPECT_EQ(Find("PUT", "/api/2.0/files/a/b/c.txt"), "PutFile(a/b/c.txt)");
  EXPECT_EQ(Find("GET", "/api/2.0/files/a/"), "GetFile(a/)");
  EXPECT_EQ(Find("GET", "/api/2.0/files/a//b"), "GetFile(a//b)");
  EXPECT_EQ(Find("GET", "/api/2.0/files/"), "404");
  EXPECT_EQ(Find("GET", "/api/2.0/files"), "404");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "/d";
  EXPECT_EQ(Find("GET", "/api/2.0/files" + deep), "GetFile(" + deep.substr(1) + ")");
  EXPECT_EQ(Find("GET", "/api/2.0" + deep), "404");
}

TEST_F(RouteTableTest, EscapesAreDecodedOnceAndAfterSplitting) {
  EXPECT_EQ(Find("GET", "/api/2.0/things/a%2Fb"), "GetThing(a/b)");
  EXPECT_EQ(Find("GET", "/api/2.0/things/a%252Fb"), "GetThing(a%2Fb)");
  EXPECT_EQ(Find("GET", "/api/2.0/files/a%2fb/%25c"), "GetFile(a/b/%c)");
  EXPECT_EQ(Find("GET", "/api/2.0/things/%C3%A9"), "GetThing(é)");
  EXPECT_EQ(Find("GET", "/%61pi/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "/api%2F2.0/things/get"), "404");
}

TEST_F(RouteTableTest, PlusIsAPlus) {
  EXPECT_EQ(Find("PUT", "/api/2.0/files/img+step+1.png"), "PutFile(img+step+1.png)");
  EXPECT_EQ(Find("GET", "/api/2.0/things/a+b%20c"), "GetThing(a+b c)");
}

TEST_F(RouteTableTest, BadEscapesAreRefused) {
  for (const char* part : {"%zz", "a%", "a%4", "%ff", "%4g", "%C3"}) {
    EXPECT_EQ(Find("GET", std::string("/api/2.0/things/") + part), "400") << part;
    EXPECT_EQ(Find("GET", std::string("/api/2.0/files/a/") + part), "400") << part;
  }
}

TEST_F(RouteTableTest, RepeatedSlashesCountAsOneOnlyAtTheBeginning) {
  EXPECT_EQ(Find("GET", "//api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "////api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "/api//2.0/things/get"), "404");
}

TEST_F(RouteTableTest, ATrailingSlashIsNotFound) {
  EXPECT_EQ(Find("POST", "/api/2.0/things/search/"), "404");
  EXPECT_EQ(Find("GET", "/api/2.0/things/x/"), "404");
}

TEST_F(RouteTableTest, UnknownPathsAreNotFound) {
  for (const char* path : {"", "/", "//", "x", "/api", "/api/2.0", "/api/3.0/things/get", "*"}) {
    EXPECT_EQ(Find("GET", path), "404") << path;
  }
}

TEST_F(RouteTableTest, OtherVerbsAreNotAllowedAndTheAllowedOnesAreNamed) {
  EXPECT_EQ(Find("PUT", "/api/2.0/things/get"), "405 GET, HEAD, PATCH, POST");
  EXPECT_EQ(Find("PUT", "/api/2.0/things/search"), "405 GET, HEAD, PATCH, POST");
  EXPECT_EQ(Find("POST", "/api/2.0/files/a/b"), "405 GET, HEAD, PUT");
  EXPECT_EQ(Find("get", "/version/1/2"), "405 GET, HEAD");
}

TEST_F(RouteTableTest, HeadFindsTheRoutesOfGet) {
  EXPECT_EQ(Find("HEAD", "/api/2.0/files/a"), "GetFile(a)");
  EXPECT_EQ(Find("HEAD", "/api/2.0/things/x/tags/a"), "405 DELETE");
}

TEST_F(RouteTableTest, ALiteralWinsButOnlyForItsVerb) {
  EXPECT_EQ(Find("GET", "/api/2.0/things/get"), "GetThing");
  EXPECT_EQ(Find("GET", "/api/2.0/things/search"), "GetThing(search)");
  EXPECT_EQ(Find("PATCH", "/api/2.0/things/get"), "UpdateThing(get)");
}

TEST_F(RouteTableTest, RoutesSayHowTheirBytesTravel) {
  const Route& put = *table_.Match("PUT", "/api/2.0/files/a")->route;
  EXPECT_EQ(put.body, Route::Body::kRaw);
  EXPECT_EQ(put.body_field->name(), "body");
  EXPECT_TRUE(put.client_streaming());
  EXPECT_FALSE(put.raw_response());
  const Route& get = *table_.Match("GET", "/api/2.0/files/a")->route;
  EXPECT_TRUE(get.raw_response());
  EXPECT_TRUE(get.server_streaming());
  EXPECT_EQ(get.body_field, nullptr);
  EXPECT_EQ(get.rpc_path, "/rookery.transcode.testing.Things/GetFile");
}

// Builds a service whose methods m0, m1, ... have these rules, in the text form of HttpRule.
Status BuildWith(const std::vector<std::string>& rules) {
  DescriptorPool pool(DescriptorPool::generated_pool());
  google::protobuf::FileDescriptorProto file;
  file.set_name("bad.proto");
  file.add_dependency(testing::Thing::descriptor()->file()->name());
  file.add_dependency("google/api/annotations.proto");
  auto* service = file.add_service();
  service->set_name("Bad");
  for (size_t i = 0; i < rules.size(); ++i) {
    auto* method = service->add_method();
    method->set_name("m" + std::to_string(i));
    method->set_input_type(".rookery.transcode.testing.Everything");
    method->set_output_type(".rookery.transcode.testing.Thing");
    const std::string options = "[google.api.http] {" + rules[i] + "}";
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(options, method->mutable_options()))
        << options;
  }
  const FileDescriptor* built = pool.BuildFile(file);
  EXPECT_NE(built, nullptr);
  return RouteTableBuilder()
      .AddService(built->service(0))
      .AliasPrefix("/a/", "/b/")
      .Build()
      .status();
}

TEST(RouteTableBuilderTest, TwoRoutesForOneVerbAndPathAreRefused) {
  using absl::StatusCode;
  EXPECT_THAT(BuildWith({"get: '/x/{text}'", "get: '/x/{left}'"}),
              StatusIs(StatusCode::kAlreadyExists,
                       HasSubstr("HTTP route of Bad.m1: GET /x/{left} is also")));
  EXPECT_THAT(BuildWith({"get: '/x/{text=**}'", "get: '/x/{left=**}'"}),
              StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(BuildWith({"get: '/x'", "get: '/x'"}), StatusIs(StatusCode::kAlreadyExists));
  EXPECT_THAT(BuildWith({"get: '/a/x'", "get: '/b/x'"}), StatusIs(StatusCode::kAlreadyExists));
  ROOKERY_EXPECT_OK(
      BuildWith({"get: '/x/{text}'", "post: '/x/{text}'", "get: '/x/y'", "get: '/x/{text=**}'"}));
}

TEST(RouteTableBuilderTest, WhatIsNotSupportedIsRefused) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  for (const char* rule : {"get: ''",
                           "get: 'x'",
                           "get: '/'",
                           "get: '/x/'",
                           "get: '/x//y'",
                           "get: '/x/*'",
                           "get: '/x/**'",
                           "get: '/x/{text=a/*}'",
                           "get: '/x/{text=**}/y'",
                           "get: '/x/{text}:cancel'",
                           "get: '/x/{}'",
                           "get: '/x/a{text}'",
                           "get: '/x/{nope}'",
                           "get: '/x/{texts}'",
                           "get: '/x/{inner}'",
                           "get: '/x/{inner.nope}'",
                           "get: '/x/{text.y}'",
                           "get: '/x/{inners.name}'",
                           "post: '/x' body: 'text'",
                           "post: '/x' body: 'nope'",
                           "post: '/x' body: 'inner'",
                           "post: '/x' body: 'switches'",
                           "post: '/x' response_body: 'id'",
                           "post: '/x' response_body: 'tags'",
                           "post: '/x' response_body: 'nope'",
                           "custom {kind: 'LIST' path: '/x'}",
                           "body: '*'"}) {
    EXPECT_THAT(BuildWith({rule}), StatusIs(kInvalid, HasSubstr("HTTP route of Bad.m0: "))) << rule;
  }
}

}  // namespace
}  // namespace rookery::transcode
