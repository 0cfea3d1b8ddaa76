#include "services/artifact/data_plane/blob_xml.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "libs/base/percent.h"
#include "services/artifact/data_plane/blob_error.h"
#include "services/artifact/domain/content_type.h"
#include "services/artifact/domain/http_head.h"

namespace rookery::artifact {
namespace {

constexpr size_t kMaxBlockIdBytes = 64;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string Printed(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "", pugi::format_raw, pugi::encoding_utf8);
  return std::move(out).str();
}

pugi::xml_document NewDocument() {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "utf-8";
  return document;
}

void AddText(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text() = text.c_str();
}

// XML has no way to write some characters, and changes others on the way.
bool NeedsEncoding(std::string_view name) {
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') return true;
  }
  // U+FFFE and U+FFFF.
  return name.find("\xef\xbf\xbe") != std::string_view::npos ||
         name.find("\xef\xbf\xbf") != std::string_view::npos;
}

void AddName(pugi::xml_node parent, const std::string& path) {
  pugi::xml_node name = parent.append_child("Name");
  if (NeedsEncoding(path)) {
    name.append_attribute("Encoded") = "true";
    name.text() = PercentEncodePath(path).c_str();
  } else {
    name.text() = path.c_str();
  }
}

void AddBlob(pugi::xml_node blobs, const ListedItem& item, const ListingToPrint& listing) {
  pugi::xml_node blob = blobs.append_child("Blob");
  AddName(blob, item.path);
  pugi::xml_node properties = blob.append_child("Properties");
  AddText(properties, "Last-Modified", HttpDate(item.info.modified));
  AddText(properties, "Etag", item.info.etag);
  AddText(properties, "Content-Length", std::to_string(item.info.size_bytes));
  AddText(properties, "Content-Type",
          std::string(ContentType(std::string_view(item.path).substr(item.path.rfind('/') + 1))));
  AddText(properties, "BlobType", "BlockBlob");
  const auto found = listing.metadata.find(item.path);
  if (found == listing.metadata.end()) return;
  pugi::xml_node metadata = blob.append_child("Metadata");
  for (const auto& [name, value] : found->second) AddText(metadata, name.c_str(), value);
}

}  // namespace

StatusOr<std::vector<std::string>> ParseBlockList(std::string_view xml) {
  // Neither document types nor entities of one's own are looked at, so nothing grows or is fetched.
  pugi::xml_document document;
  const auto parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  const pugi::xml_node list = document.document_element();
  if (!parsed || std::string_view(list.name()) != "BlockList") {
    return BlobError("InvalidXmlDocument", "The body is no XML of the form <BlockList>.");
  }
  std::vector<std::string> blocks;
  for (const pugi::xml_node entry : list.children()) {
    const std::string_view name = entry.name();
    if (name != "Latest" && name != "Uncommitted" && name != "Committed") {
      return BlobError("InvalidXmlDocument",
                       "A BlockList has elements Latest, Uncommitted and Committed alone.");
    }
    if (blocks.size() == kMaxBlocks) {
      return BlobError("InvalidBlockList", fmt::format("A blob may have {} blocks.", kMaxBlocks));
    }
    auto block = ParseBlockId(entry.text().get());
    if (!block.ok()) {
      return BlobError("InvalidBlockList", "An id in the list is none that a block can have.");
    }
    blocks.push_back(*std::move(block));
  }
  return blocks;
}

StatusOr<std::string> ParseBlockId(std::string_view base64) {
  std::string id;
  if (!absl::Base64Unescape(View(base64), &id) || id.empty() || id.size() > kMaxBlockIdBytes) {
    return BlobError("InvalidQueryParameterValue",
                     fmt::format("A block's id is base64 of 1 to {} bytes.", kMaxBlockIdBytes));
  }
  return id;
}

std::string ErrorXml(std::string_view code, std::string_view message) {
  pugi::xml_document document = NewDocument();
  pugi::xml_node error = document.append_child("Error");
  AddText(error, "Code", std::string(code));
  AddText(error, "Message", std::string(message));
  return Printed(document);
}

std::string ListingXml(const ListingToPrint& listing) {
  pugi::xml_document document = NewDocument();
  pugi::xml_node results = document.append_child("EnumerationResults");
  results.append_attribute("ContainerName") = listing.container.c_str();
  AddText(results, "Prefix", listing.options.prefix);
  AddText(results, "Marker", listing.marker);
  AddText(results, "MaxResults", std::to_string(listing.options.max_items));
  if (listing.options.by_folder) AddText(results, "Delimiter", "/");
  pugi::xml_node blobs = results.append_child("Blobs");
  for (const ListedItem& item : listing.page.items) {
    if (item.is_folder) {
      AddName(blobs.append_child("BlobPrefix"), item.path);
    } else {
      AddBlob(blobs, item, listing);
    }
  }
  AddText(results, "NextMarker", listing.page.next.empty() ? "" : MarkerOf(listing.page.next));
  return Printed(document);
}

std::string MarkerOf(std::string_view path) { return absl::WebSafeBase64Escape(View(path)); }

StatusOr<std::string> PathOfMarker(std::string_view marker) {
  std::string path;
  if (!absl::WebSafeBase64Unescape(View(marker), &path)) {
    return BlobError("InvalidQueryParameterValue", "The marker is none that a listing gave.");
  }
  return path;
}

}  // namespace rookery::artifact
