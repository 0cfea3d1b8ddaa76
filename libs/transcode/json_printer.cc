#include "libs/transcode/json_printer.h"

#include <absl/strings/escaping.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <array>
#include <charconv>
#include <deque>
#include <vector>

#include "libs/transcode/json_style.h"
#include "libs/transcode/json_text.h"
#include "libs/transcode/well_known.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

class Printer {
 public:
  explicit Printer(std::string* out) : out_(*out) {}

  void PrintMessage(const Message& message, size_t depth = 0) {
    if (IsWellKnown(*message.GetDescriptor())) {
      PrintWellKnown(message);
      return;
    }
    const Reflection& reflection = *message.GetReflection();
    // One list for each depth, so that printing a thousand metrics allocates one list and not a
    // thousand.
    if (fields_.size() <= depth) fields_.emplace_back();
    std::vector<const FieldDescriptor*>& fields = fields_[depth];
    const bool azure = IsAzure(*message.GetDescriptor());
    if (azure) {
      ListAzureFields(message, reflection, &fields);
    } else {
      reflection.ListFields(message, &fields);
    }
    char separator = '{';
    for (const FieldDescriptor* field : fields) {
      out_.push_back(separator);
      separator = ',';
      out_.push_back('"');
      out_.append(azure ? field->json_name() : field->name());
      out_.append("\":");
      if (field->is_map()) {
        PrintMap(message, reflection, field, depth);
      } else if (field->is_repeated()) {
        PrintList(message, reflection, field, depth);
      } else {
        PrintValue(message, reflection, field, kSingular, depth);
      }
    }
    out_.append(separator == '{' ? "{}" : "}");
  }

 private:
  static constexpr int kSingular = -1;

  static void ListAzureFields(const Message& message, const Reflection& reflection,
                              std::vector<const FieldDescriptor*>* fields) {
    fields->clear();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (field->is_repeated() || reflection.HasField(message, field)) fields->push_back(field);
    }
  }

  void PrintList(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                 size_t depth) {
    const int size = reflection.FieldSize(message, field);
    out_.push_back('[');
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_.push_back(',');
      PrintValue(message, reflection, field, i, depth);
    }
    out_.push_back(']');
  }

  void PrintMap(const Message& message, const Reflection& reflection, const FieldDescriptor* field,
                size_t depth) {
    const FieldDescriptor* key = field->message_type()->map_key();
    const FieldDescriptor* value = field->message_type()->map_value();
    const int size = reflection.FieldSize(message, field);
    out_.push_back('{');
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_.push_back(',');
      const Message& entry = reflection.GetRepeatedMessage(message, field, i);
      const Reflection& parts = *entry.GetReflection();
      const bool quoted = key->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
      if (!quoted) out_.push_back('"');
      PrintValue(entry, parts, key, kSingular, depth);
      if (!quoted) out_.push_back('"');
      out_.push_back(':');
      PrintValue(entry, parts, value, kSingular, depth);
    }
    out_.push_back('}');
  }

  // The element `index` of a repeated field, or the value of a singular one.
  void PrintValue(const Message& message, const Reflection& reflection,
                  const FieldDescriptor* field, int index, size_t depth) {
    const bool one = index == kSingular;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return PrintInteger(one ? reflection.GetInt32(message, field)
                                : reflection.GetRepeatedInt32(message, field, index));
      case FieldDescriptor::CPPTYPE_INT64:
        return PrintInteger(one ? reflection.GetInt64(message, field)
                                : reflection.GetRepeatedInt64(message, field, index));
      case FieldDescriptor::CPPTYPE_UINT32:
        return PrintInteger(one ? reflection.GetUInt32(message, field)
                                : reflection.GetRepeatedUInt32(message, field, index));
      case FieldDescriptor::CPPTYPE_UINT64:
        return PrintInteger(one ? reflection.GetUInt64(message, field)
                                : reflection.GetRepeatedUInt64(message, field, index));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return AppendJsonDouble(one ? reflection.GetDouble(message, field)
                                    : reflection.GetRepeatedDouble(message, field, index),
                                &out_);
      case FieldDescriptor::CPPTYPE_FLOAT:
        return AppendJsonFloat(one ? reflection.GetFloat(message, field)
                                   : reflection.GetRepeatedFloat(message, field, index),
                               &out_);
      case FieldDescriptor::CPPTYPE_BOOL:
        out_.append((one ? reflection.GetBool(message, field)
                         : reflection.GetRepeatedBool(message, field, index))
                        ? "true"
                        : "false");
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        return PrintEnum(field, one ? reflection.GetEnumValue(message, field)
                                    : reflection.GetRepeatedEnumValue(message, field, index));
      case FieldDescriptor::CPPTYPE_STRING:
        return PrintText(
            field, one ? reflection.GetStringReference(message, field, &scratch_)
                       : reflection.GetRepeatedStringReference(message, field, index, &scratch_));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return PrintMessage(one ? reflection.GetMessage(message, field)
                                : reflection.GetRepeatedMessage(message, field, index),
                            depth + 1);
    }
  }

  template <typename Integer>
  void PrintInteger(Integer value) {
    std::array<char, 24> buffer;
    out_.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), value).ptr);
  }

  void PrintEnum(const FieldDescriptor* field, int number) {
    const EnumValueDescriptor* value = field->enum_type()->FindValueByNumber(number);
    if (value == nullptr) return PrintInteger(number);
    out_.push_back('"');
    out_.append(value->name());
    out_.push_back('"');
  }

  void PrintText(const FieldDescriptor* field, const std::string& text) {
    if (field->type() == FieldDescriptor::TYPE_BYTES) {
      AppendJsonString(absl::Base64Escape(absl::string_view(text.data(), text.size())), &out_);
    } else {
      AppendJsonString(text, &out_);
    }
  }

  void PrintWellKnown(const Message& message) {
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(message, &json);
    out_.append(status.ok() ? json : "null");
  }

  std::string& out_;
  std::deque<std::vector<const FieldDescriptor*>> fields_;
  std::string scratch_;
};

}  // namespace

void AppendJson(const Message& message, std::string* out) { Printer(out).PrintMessage(message); }

std::string PrintJson(const Message& message) {
  std::string out;
  AppendJson(message, &out);
  return out;
}

}  // namespace rookery::transcode
