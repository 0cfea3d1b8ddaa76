#include "services/artifact/data_plane/blob_xml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/base/testing/status_matchers.h"

namespace rookery::artifact {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string CodeOf(const std::string& xml) { return ErrorCode(ParseBlockList(xml).status()); }

TEST(BlockList, IsReadInItsOrderWhateverTheElement) {
  EXPECT_THAT(*ParseBlockList("<?xml version='1.0' encoding='utf-8'?>\n<BlockList><Latest>YQ=="
                              "</Latest>\n  <Uncommitted>Yg==</Uncommitted><Committed>YQ=="
                              "</Committed></BlockList>"),
              ElementsAre("a", "b", "a"));
  EXPECT_THAT(*ParseBlockList("<BlockList/>"), IsEmpty());
}

TEST(BlockList, GarbageIsRefused) {
  for (const char* xml :
       {"", "x", "<BlockList>", "<BlockList><Latest>YQ==</BlockList>", "<Other/>",
        "<BlockList><Newest>YQ==</Newest></BlockList>", "{\"Latest\": []}", "\xff\xfe<"}) {
    EXPECT_EQ(CodeOf(xml), "InvalidXmlDocument") << xml;
  }
  for (const std::string& id : std::vector<std::string>{"", "*", "Y", std::string(100, 'Y')}) {
    EXPECT_EQ(CodeOf(fmt::format("<BlockList><Latest>{}</Latest></BlockList>", id)),
              "InvalidBlockList")
        << id;
  }
}

TEST(BlockList, EntitiesOfItsOwnAreNotExpanded) {
  const std::string bomb =
      "<!DOCTYPE b [<!ENTITY a \"YQ==\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
      "<BlockList><Latest>&a;</Latest><Latest>&f;</Latest></BlockList>";
  EXPECT_EQ(CodeOf(bomb), "InvalidBlockList");
}

TEST(BlockList, HasFiftyThousandBlocksAtMost) {
  std::string list;
  for (size_t i = 0; i < kMaxBlocks; ++i) list += "<Latest>YQ==</Latest>";
  EXPECT_EQ(ParseBlockList("<BlockList>" + list + "</BlockList>")->size(), kMaxBlocks);
  EXPECT_EQ(CodeOf("<BlockList>" + list + "<Latest>YQ==</Latest></BlockList>"), "InvalidBlockList");
}

TEST(Listing, ShowsBlobsFoldersAndWhereToGoOn) {
  ListingToPrint listing;
  listing.container = "team";
  listing.options.prefix = "a&b/";
  listing.options.by_folder = true;
  listing.page.items = {{"a&b/<c>", false, {3, absl::UnixEpoch(), "e-1"}}, {"a&b/d/", true, {}}};
  listing.page.next = "a&b/e";
  listing.metadata = {{"a&b/<c>", {{"k", "v&w"}}}};
  const std::string xml = ListingXml(listing);
  EXPECT_THAT(xml, AllOf(HasSubstr("<Prefix>a&amp;b/</Prefix>"),
                         HasSubstr("<Blob><Name>a&amp;b/&lt;c&gt;</Name>"),
                         HasSubstr("<Etag>e-1</Etag><Content-Length>3</Content-Length>"),
                         HasSubstr("<Last-Modified>Thu, 01 Jan 1970 00:00:00 GMT<"),
                         HasSubstr("<Metadata><k>v&amp;w</k></Metadata>"),
                         HasSubstr("<BlobPrefix><Name>a&amp;b/d/</Name></BlobPrefix>"),
                         HasSubstr("<NextMarker>" + MarkerOf("a&b/e") + "</NextMarker>")));
  EXPECT_EQ(*PathOfMarker(MarkerOf("a&b/e")), "a&b/e");
}

TEST(Listing, WritesNamesThatXmlCannotHoldPercentEncoded) {
  ListingToPrint listing;
  listing.page.items = {{"a\x01\n%", false, {}}};
  EXPECT_THAT(ListingXml(listing), HasSubstr("<Name Encoded=\"true\">a%01%0A%25</Name>"));
}

}  // namespace
}  // namespace rookery::artifact
