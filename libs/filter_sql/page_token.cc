#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>

#include <utility>

#include "libs/checks/python_text.h"
#include "libs/filter_sql/sort.h"

// A token is the base64 of a google.protobuf.ListValue: the kind of search, then for each term its
// name, its rank and its value.
namespace rookery::filter {
namespace {

constexpr int kFieldsOfTerm = 3;

Status BadToken(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("Invalid page token, {}", why));
}

Status OtherSearch() {
  return BadToken("it belongs to another search: the pages of a search have the same order_by.");
}

// A double cannot hold every integer, nor JSON every double, so all are texts.
std::string AsText(const Place& place) {
  if (const auto* integer = std::get_if<int64_t>(&place.value)) return fmt::format("{}", *integer);
  if (const auto* real = std::get_if<double>(&place.value)) return fmt::format("{}", *real);
  if (const auto* text = std::get_if<std::string>(&place.value)) return *text;
  return "";
}

bool ReadPlace(const SortTerm& term, const std::string& text, Place* place) {
  if (place->rank != 0) return true;
  switch (term.column.kind) {
    case Column::Kind::kInteger:
      place->value = int64_t{0};
      return absl::SimpleAtoi(text, &std::get<int64_t>(place->value));
    case Column::Kind::kReal:
      place->value = 0.0;
      return absl::SimpleAtod(text, &std::get<double>(place->value));
    case Column::Kind::kText:
      place->value = text;
      return true;
  }
  return false;
}

// Whether a place of this term can have this rank.
bool IsRank(const SortTerm& term, double rank) {
  return rank == 0 || (rank == 1 && !term.column.is_nan.empty()) || (rank == 2 && term.nullable);
}

}  // namespace

std::string EncodePageToken(std::string_view kind, const Sort& sort, const Cursor& cursor) {
  google::protobuf::ListValue list;
  list.add_values()->set_string_value(std::string(kind));
  for (size_t i = 0; i < sort.size(); ++i) {
    list.add_values()->set_string_value(sort[i].name);
    list.add_values()->set_number_value(static_cast<double>(cursor[i].rank));
    list.add_values()->set_string_value(AsText(cursor[i]));
  }
  return absl::Base64Escape(list.SerializeAsString());
}

StatusOr<std::optional<Cursor>> DecodePageToken(std::string_view kind, const Sort& sort,
                                                std::string_view token) {
  if (token.empty()) return std::nullopt;
  std::string plain;
  // Abseil does without padding, MLflow does not.
  if (token.size() % 4 != 0 ||
      !absl::Base64Unescape(absl::string_view(token.data(), token.size()), &plain)) {
    return BadToken("could not base64-decode");
  }
  google::protobuf::ListValue list;
  Status garbage = BadToken("decoded value=" + PythonBytes(plain));
  if (!list.ParseFromString(plain) || list.values_size() == 0) return garbage;
  if (list.values(0).string_value() != kind) {
    return list.values(0).has_string_value() ? OtherSearch() : garbage;
  }
  if (list.values_size() != 1 + kFieldsOfTerm * static_cast<int>(sort.size())) return OtherSearch();
  Cursor cursor;
  int at = 1;
  for (const SortTerm& term : sort) {
    if (list.values(at).string_value() != term.name) return OtherSearch();
    const double rank = list.values(at + 1).number_value();
    Place& place = cursor.emplace_back();
    place.rank = static_cast<int64_t>(rank);
    if (!IsRank(term, rank) || !ReadPlace(term, list.values(at + 2).string_value(), &place)) {
      return garbage;
    }
    at += kFieldsOfTerm;
  }
  return cursor;
}

}  // namespace rookery::filter
