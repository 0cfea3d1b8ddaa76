#include "libs/transcode/json_printer.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>
#include <bit>
#include <charconv>
#include <memory>

#include "libs/transcode/json_layout.h"
#include "libs/transcode/json_text.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::internal::WireFormatLite;
using ::google::protobuf::io::CodedInputStream;

// As many as protobuf's own parser takes.
constexpr int kMaxDepth = 100;

std::unique_ptr<Message> Parse(const Descriptor& type, std::string_view wire) {
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  std::unique_ptr<Message> message(factory->GetPrototype(&type)->New());
  if (!message->ParsePartialFromArray(wire.data(), static_cast<int>(wire.size()))) return nullptr;
  return message;
}

// Prints a message as its fields come by. All functions return whether what came is what protobuf's
// C++ library writes: fields by number, what is repeated together, of a map's entry both halves.
// The format allows more, and some of it could not be printed in passing.
class Printer {
 public:
  Printer(std::string_view wire, std::string* out)
      : in_(reinterpret_cast<const uint8_t*>(wire.data()), static_cast<int>(wire.size())),
        out_(*out) {}

  // Up to the end of what there is, or of the message within another.
  bool PrintMessage(const TypeLayout& type) {
    if (type.is_well_known) return PrintWellKnown(type);
    if (++depth_ > kMaxDepth) return false;
    char separator = '{';
    // A list or map that may go on.
    const FieldLayout* open = nullptr;
    // In Azure's style, the first that has not had its turn.
    const FieldLayout* next = type.fields.data();
    const FieldLayout* const end = next + type.fields.size();
    uint32_t last = 0;
    while (const uint32_t tag = in_.ReadTag()) {
      const auto number = static_cast<uint32_t>(WireFormatLite::GetTagFieldNumber(tag));
      const FieldLayout* field = type.Find(number);
      if (field == nullptr || !field->Takes(tag)) {
        if (!WireFormatLite::SkipField(&in_, tag)) return false;
        continue;
      }
      if (number == last) {
        if (open == nullptr) return false;
        out_.push_back(',');
      } else {
        if (number < last) return false;
        last = number;
        Close(open);
        if (type.is_azure) PrintEmptyLists(next, field, &separator);
        next = field + 1;
        Open(*field, &separator);
        open = field->repeated() ? field : nullptr;
      }
      if (!PrintElement(*field, tag)) return false;
    }
    Close(open);
    if (type.is_azure) PrintEmptyLists(next, end, &separator);
    out_.append(separator == '{' ? "{}" : "}");
    --depth_;
    return in_.ConsumedEntireMessage();
  }

 private:
  void Open(const FieldLayout& field, char* separator) {
    out_.push_back(*separator);
    *separator = ',';
    out_.append(field.opening);
  }
  void Close(const FieldLayout* open) {
    if (open != nullptr) out_.push_back(open->closing);
  }

  void PrintEmptyLists(const FieldLayout* begin, const FieldLayout* end, char* separator) {
    for (const FieldLayout* field = begin; field != end; ++field) {
      if (!field->repeated()) continue;
      Open(*field, separator);
      Close(field);
    }
  }

  // Begins what is as long as the number says that comes first, and within what is open.
  bool Enter(CodedInputStream::Limit* before) {
    int size = 0;
    if (!in_.ReadVarintSizeAsInt(&size) || size > in_.BytesUntilLimit()) return false;
    *before = in_.PushLimit(size);
    return true;
  }

  // A value of the field, or a packed list of them.
  bool PrintElement(const FieldLayout& field, uint32_t tag) {
    if (tag == field.tag) return field.is_map ? PrintEntry(field) : PrintValue(field);
    CodedInputStream::Limit limit = 0;
    if (!Enter(&limit) || in_.BytesUntilLimit() == 0) return false;
    for (bool first = true; in_.BytesUntilLimit() > 0; first = false) {
      if (!first) out_.push_back(',');
      if (!PrintValue(field)) return false;
    }
    in_.PopLimit(limit);
    return true;
  }

  bool PrintEntry(const FieldLayout& map) {
    const FieldLayout& key = map.message->fields[0];
    const FieldLayout& value = map.message->fields[1];
    CodedInputStream::Limit limit = 0;
    if (!Enter(&limit)) return false;
    const bool quoted = key.type == FieldDescriptor::TYPE_STRING;
    if (in_.ReadTag() != key.tag) return false;
    if (!quoted) out_.push_back('"');
    if (!PrintValue(key)) return false;
    out_.append(quoted ? ":" : "\":");
    if (in_.ReadTag() != value.tag || !PrintValue(value)) return false;
    const bool ends = in_.BytesUntilLimit() == 0;
    in_.PopLimit(limit);
    return ends;
  }

  bool PrintValue(const FieldLayout& field) {
    switch (field.type) {
      case FieldDescriptor::TYPE_INT64:
        return PrintVarint([](uint64_t number) { return static_cast<int64_t>(number); });
      case FieldDescriptor::TYPE_UINT64:
        return PrintVarint([](uint64_t number) { return number; });
      case FieldDescriptor::TYPE_INT32:
        return PrintVarint([](uint64_t number) { return static_cast<int32_t>(number); });
      case FieldDescriptor::TYPE_UINT32:
        return PrintVarint([](uint64_t number) { return static_cast<uint32_t>(number); });
      case FieldDescriptor::TYPE_SINT32:
        return PrintVarint([](uint64_t number) {
          return WireFormatLite::ZigZagDecode32(static_cast<uint32_t>(number));
        });
      case FieldDescriptor::TYPE_SINT64:
        return PrintVarint(WireFormatLite::ZigZagDecode64);
      case FieldDescriptor::TYPE_FIXED64:
        return PrintFixed<uint64_t>();
      case FieldDescriptor::TYPE_SFIXED64:
        return PrintFixed<int64_t>();
      case FieldDescriptor::TYPE_FIXED32:
        return PrintFixed<uint32_t>();
      case FieldDescriptor::TYPE_SFIXED32:
        return PrintFixed<int32_t>();
      case FieldDescriptor::TYPE_DOUBLE:
        return PrintFixed<double>();
      case FieldDescriptor::TYPE_FLOAT:
        return PrintFixed<float>();
      case FieldDescriptor::TYPE_BOOL:
      case FieldDescriptor::TYPE_ENUM:
        return PrintName(field);
      case FieldDescriptor::TYPE_STRING:
      case FieldDescriptor::TYPE_BYTES:
        return PrintText(field);
      case FieldDescriptor::TYPE_MESSAGE:
        return PrintMessageWithin(*field.message);
      case FieldDescriptor::TYPE_GROUP:
        break;
    }
    return false;
  }

  template <typename Convert>
  bool PrintVarint(Convert convert) {
    uint64_t number = 0;
    if (!in_.ReadVarint64(&number)) return false;
    PrintNumber(convert(number));
    return true;
  }

  template <typename Number>
  bool PrintFixed() {
    if constexpr (sizeof(Number) == sizeof(uint64_t)) {
      uint64_t bits = 0;
      if (!in_.ReadLittleEndian64(&bits)) return false;
      PrintNumber(std::bit_cast<Number>(bits));
    } else {
      uint32_t bits = 0;
      if (!in_.ReadLittleEndian32(&bits)) return false;
      PrintNumber(std::bit_cast<Number>(bits));
    }
    return true;
  }

  void PrintNumber(double number) { AppendJsonDouble(number, &out_); }
  void PrintNumber(float number) { AppendJsonFloat(number, &out_); }
  template <typename Integer>
  void PrintNumber(Integer number) {
    std::array<char, 24> buffer;
    out_.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), number).ptr);
  }

  bool PrintName(const FieldLayout& field) {
    uint64_t number = 0;
    if (!in_.ReadVarint64(&number)) return false;
    if (field.type == FieldDescriptor::TYPE_BOOL) {
      out_.append(number != 0 ? "true" : "false");
      return true;
    }
    const auto value = static_cast<int32_t>(number);
    const EnumValueDescriptor* name = field.field->enum_type()->FindValueByNumber(value);
    if (name == nullptr) {
      PrintNumber(value);
    } else {
      out_.push_back('"');
      out_.append(name->name());
      out_.push_back('"');
    }
    return true;
  }

  bool PrintText(const FieldLayout& field) {
    std::string_view text;
    if (!ReadText(&text)) return false;
    if (field.type == FieldDescriptor::TYPE_BYTES) {
      AppendJsonString(absl::Base64Escape(absl::string_view(text.data(), text.size())), &out_);
    } else {
      AppendJsonString(text, &out_);
    }
    return true;
  }

  bool ReadText(std::string_view* text) {
    int size = 0;
    return in_.ReadVarintSizeAsInt(&size) && Take(size, text);
  }
  // All bytes lie in one piece.
  bool Take(int size, std::string_view* text) {
    const void* data = "";
    int available = 0;
    if (size > 0 && !in_.GetDirectBufferPointer(&data, &available)) return false;
    if (size > available) return false;
    *text = {static_cast<const char*>(data), static_cast<size_t>(size)};
    return in_.Skip(size);
  }

  bool PrintMessageWithin(const TypeLayout& type) {
    CodedInputStream::Limit limit = 0;
    if (!Enter(&limit)) return false;
    const bool printed = PrintMessage(type);
    in_.PopLimit(limit);
    return printed;
  }

  bool PrintWellKnown(const TypeLayout& type) {
    std::string_view wire;
    if (!Take(in_.BytesUntilLimit(), &wire)) return false;
    const std::unique_ptr<Message> message = Parse(*type.type, wire);
    std::string json;
    const bool printed =
        message && google::protobuf::util::MessageToJsonString(*message, &json).ok();
    out_.append(printed ? json : "null");
    return true;
  }

  CodedInputStream in_;
  std::string& out_;
  int depth_ = 0;
};

// JSON is longer: by names, and by what a comma and quotes take.
constexpr size_t kUsualGrowth = 2;

bool Print(const TypeLayout& type, std::string_view wire, std::string* out) {
  const size_t begin = out->size();
  out->reserve(begin + kUsualGrowth * wire.size());
  if (Printer(wire, out).PrintMessage(type)) return true;
  out->resize(begin);
  return false;
}

}  // namespace

Status AppendJson(const Descriptor& type, std::string_view wire, std::string* out) {
  if (Print(LayoutOf(type), wire, out)) return absl::OkStatus();
  // What others write may be in another order; protobuf's library brings it into its own.
  const std::unique_ptr<Message> message = Parse(type, wire);
  if (message != nullptr && Print(LayoutOf(type), message->SerializePartialAsString(), out)) {
    return absl::OkStatus();
  }
  return absl::InternalError(fmt::format("What should be a {} is none.", type.full_name()));
}

void AppendJson(const Message& message, std::string* out) {
  if (!Print(LayoutOf(*message.GetDescriptor()), message.SerializePartialAsString(), out)) {
    out->append("null");
  }
}

std::string PrintJson(const Message& message) {
  std::string out;
  AppendJson(message, &out);
  return out;
}

}  // namespace rookery::transcode
