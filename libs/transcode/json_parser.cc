#include "libs/transcode/json_parser.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <string>

#include "libs/transcode/field_finder.h"
#include "libs/transcode/field_path.h"
#include "libs/transcode/field_value.h"
#include "libs/transcode/json_cursor.h"
#include "libs/transcode/json_fault.h"
#include "libs/transcode/well_known.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using json::json_type;

// Moves what a cursor walks over into messages.
class MessageReader {
 public:
  explicit MessageReader(JsonCursor* cursor) : cursor_(*cursor) {}

 private:
  // `depth` is how deep the object that holds the members stands.
  auto MemberReader(Message* message, const FieldPath* parent, int depth) {
    return [this, message, reflection = message->GetReflection(), parent, depth,
            finder = FieldFinder(*message->GetDescriptor())](std::string_view key,
                                                             json::value value) mutable -> Status {
      const FieldDescriptor* field = finder.Find(key);
      if (field == nullptr) return cursor_.Skip(value, depth);
      const FieldPath path{parent, field};
      return ReadField(value, {message, reflection, field, path}, depth);
    };
  }

 public:
  Status Read(json::object object, Message* message) {
    return cursor_.ReadMembers(object, 1, MemberReader(message, nullptr, 1));
  }

  Status ReadElements(json::array array, const FieldDescriptor& field, Message* message) {
    FieldPath path{nullptr, &field, -1};
    return cursor_.ReadElements(array, 1, [&](json::value element) -> Status {
      ++path.index;
      ASSIGN_OR_RETURN(const json_type type, cursor_.TypeOf(element));
      return ReadValue(element, type, {message, message->GetReflection(), &field, path}, 1);
    });
  }

 private:
  Status ReadField(json::value value, const FieldTarget& target, int depth) {
    const FieldDescriptor& field = *target.field;
    ASSIGN_OR_RETURN(const json_type type, cursor_.TypeOf(value));
    // The key may have come before: the last one counts.
    if (field.is_repeated() || field.message_type() != nullptr || type == json_type::null) {
      target.reflection->ClearField(target.message, &field);
    }
    if (type == json_type::null && !(field.message_type() && HoldsNull(*field.message_type()))) {
      return cursor_.ReadNull(value);
    }
    if (field.is_map()) return ReadMap(value, type, target, depth);
    if (field.is_repeated()) return ReadList(value, type, target, depth);
    return ReadValue(value, type, target, depth);
  }

  Status ReadList(json::value value, json_type type, const FieldTarget& target, int depth) {
    if (type != json_type::array) return Refuse(value, type, target.path, depth);
    FieldPath path = target.path;
    path.index = -1;
    return cursor_.ReadElements(value, depth + 1, [&](json::value element) -> Status {
      ++path.index;
      ASSIGN_OR_RETURN(const json_type element_type, cursor_.TypeOf(element));
      return ReadValue(element, element_type,
                       {target.message, target.reflection, target.field, path}, depth + 1);
    });
  }

  Status ReadMap(json::value value, json_type type, const FieldTarget& target, int depth) {
    if (type != json_type::object) return Refuse(value, type, target.path, depth);
    const FieldPath key_path{&target.path, target.field->message_type()->map_key()};
    const FieldPath value_path{&target.path, target.field->message_type()->map_value()};
    const Reflection& reflection = *target.reflection;
    // Reflection appends to a map as to a list, without looking whether the key is there.
    absl::flat_hash_map<std::string, Message*> entries;
    return cursor_.ReadMembers(
        value, depth + 1, [&](std::string_view key, json::value member) -> Status {
          Message*& entry = entries[std::string(key)];
          if (entry == nullptr) entry = reflection.AddMessage(target.message, target.field);
          entry->Clear();
          const Reflection* parts = entry->GetReflection();
          RETURN_IF_ERROR(StoreKey({entry, parts, key_path.field, key_path}, key));
          ASSIGN_OR_RETURN(const json_type member_type, cursor_.TypeOf(member));
          return ReadValue(member, member_type, {entry, parts, value_path.field, value_path},
                           depth + 1);
        });
  }

  static Status StoreKey(const FieldTarget& target, std::string_view key) {
    const bool is_bool = target.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    if (is_bool && (key == "true" || key == "false")) return StoreBool(target, key == "true");
    return StoreText(target, key);
  }

  // The value of a singular field, an element of a list or a value of a map.
  Status ReadValue(json::value value, json_type type, const FieldTarget& target, int depth) {
    if (target.field->message_type() != nullptr) return ReadSubmessage(value, type, target, depth);
    switch (type) {
      case json_type::string: {
        ASSIGN_OR_RETURN(const std::string_view text, cursor_.ReadString(value));
        return StoreText(target, text);
      }
      case json_type::number: {
        ASSIGN_OR_RETURN(const std::string_view digits, cursor_.ReadNumber(value));
        return StoreNumber(target, digits);
      }
      case json_type::boolean: {
        ASSIGN_OR_RETURN(const bool word, cursor_.ReadBool(value));
        return StoreBool(target, word);
      }
      default:
        return Refuse(value, type, target.path, depth);
    }
  }

  Status ReadSubmessage(json::value value, json_type type, const FieldTarget& target, int depth) {
    const Reflection& reflection = *target.reflection;
    const Descriptor& expected = *target.field->message_type();
    const bool well_known = IsWellKnown(expected);
    const bool fits =
        well_known ? type != json_type::null || HoldsNull(expected) : type == json_type::object;
    if (!fits) return Refuse(value, type, target.path, depth);
    Message* submessage = target.field->is_repeated()
                              ? reflection.AddMessage(target.message, target.field)
                              : reflection.MutableMessage(target.message, target.field);
    if (well_known) return ReadWellKnown(value, target.path, submessage, depth);
    return cursor_.ReadMembers(value, depth + 1, MemberReader(submessage, &target.path, depth + 1));
  }

  Status ReadWellKnown(json::value value, const FieldPath& path, Message* message, int depth) {
    ASSIGN_OR_RETURN(const std::string_view raw, cursor_.ReadRaw(value, depth));
    const auto status =
        google::protobuf::util::JsonStringToMessage({raw.data(), raw.size()}, message);
    if (status.ok()) return absl::OkStatus();
    return InvalidValue(path, raw,
                        fmt::format("It is not a {}.", message->GetDescriptor()->name()));
  }

  // The error for a value of a kind that its field does not take.
  Status Refuse(json::value value, json_type type, const FieldPath& path, int depth) {
    ASSIGN_OR_RETURN(const std::string_view raw, cursor_.ReadRaw(value, depth));
    switch (type) {
      case json_type::object:
        return WrongType(path, raw, "dict");
      case json_type::array:
        return WrongType(path, raw, "list");
      case json_type::string:
        return WrongType(path, raw, "str");
      case json_type::number:
        return WrongType(path, raw, PythonTypeOfNumber(raw));
      case json_type::boolean:
        return WrongType(path, raw, "bool");
      case json_type::null:
        return WrongType(path, raw, "NoneType");
    }
    return absl::InternalError("simdjson reported a type of value that JSON does not have");
  }

  JsonCursor& cursor_;
};

// Without a byte order mark.
std::string_view WithoutMark(std::string_view body) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  return body.starts_with(kByteOrderMark) ? body.substr(kByteOrderMark.size()) : body;
}

}  // namespace

Status ParseJson(std::string_view body, Message* message) {
  std::string_view text = TrimJson(WithoutMark(body));
  auto offset = static_cast<size_t>(text.data() - body.data());
  std::string unwrapped;
  if (text.starts_with('"')) {
    JsonCursor cursor(text, offset);
    ASSIGN_OR_RETURN(unwrapped, cursor.String());
    RETURN_IF_ERROR(cursor.CheckEnd());
    // Places within the inner text are counted from its own beginning.
    text = TrimJson(unwrapped);
    offset = static_cast<size_t>(text.data() - unwrapped.data());
  }
  if (text.empty() || text == "null") return absl::OkStatus();
  if (text.starts_with('{')) {
    JsonCursor cursor(text, offset);
    ASSIGN_OR_RETURN(const json::object object, cursor.Object());
    RETURN_IF_ERROR(MessageReader(&cursor).Read(object, message));
    return cursor.CheckEnd();
  }
  if (text.find_first_of("[\"-0123456789") == 0 || text == "true" || text == "false") {
    return absl::InvalidArgumentError("The request body must be a JSON object.");
  }
  return MalformedJson(offset, "expected an object");
}

Status ParseJsonList(std::string_view body, const FieldDescriptor& field, Message* message) {
  const std::string_view text = TrimJson(WithoutMark(body));
  if (text.empty()) return absl::OkStatus();
  if (!text.starts_with('[')) {
    return absl::InvalidArgumentError("The request body must be a JSON array.");
  }
  JsonCursor cursor(text, static_cast<size_t>(text.data() - body.data()));
  ASSIGN_OR_RETURN(const json::array array, cursor.Array());
  RETURN_IF_ERROR(MessageReader(&cursor).ReadElements(array, field, message));
  return cursor.CheckEnd();
}

}  // namespace rookery::transcode
