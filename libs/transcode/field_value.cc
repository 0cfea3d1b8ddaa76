#include "libs/transcode/field_value.h"

#include <absl/strings/escaping.h>
#include <absl/strings/numbers.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <google/protobuf/descriptor.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rookery::transcode {
namespace {

using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::EnumValueDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

template <typename T>
Status Put(const FieldTarget& target, T value) {
  Message* const message = target.message;
  const FieldDescriptor* const field = target.field;
  const Reflection& to = *target.reflection;
  const bool add = field->is_repeated();
  if constexpr (std::is_same_v<T, int32_t>) {
    add ? to.AddInt32(message, field, value) : to.SetInt32(message, field, value);
  } else if constexpr (std::is_same_v<T, int64_t>) {
    add ? to.AddInt64(message, field, value) : to.SetInt64(message, field, value);
  } else if constexpr (std::is_same_v<T, uint32_t>) {
    add ? to.AddUInt32(message, field, value) : to.SetUInt32(message, field, value);
  } else if constexpr (std::is_same_v<T, uint64_t>) {
    add ? to.AddUInt64(message, field, value) : to.SetUInt64(message, field, value);
  } else if constexpr (std::is_same_v<T, double>) {
    add ? to.AddDouble(message, field, value) : to.SetDouble(message, field, value);
  } else if constexpr (std::is_same_v<T, float>) {
    add ? to.AddFloat(message, field, value) : to.SetFloat(message, field, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    add ? to.AddBool(message, field, value) : to.SetBool(message, field, value);
  } else if constexpr (std::is_same_v<T, const EnumValueDescriptor*>) {
    add ? to.AddEnum(message, field, value) : to.SetEnum(message, field, value);
  } else {
    static_assert(std::is_same_v<T, std::string>);
    add ? to.AddString(message, field, std::move(value))
        : to.SetString(message, field, std::move(value));
  }
  return absl::OkStatus();
}

absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

template <typename Integer>
std::optional<Integer> ParseInteger(std::string_view text) {
  // Of signs, from_chars reads the minus only.
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  Integer value;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end) return std::nullopt;
  return value;
}

// The integer that `digits`, a JSON number, is equal to.
template <typename Integer>
std::optional<Integer> ParseIntegral(std::string_view digits) {
  if (PythonTypeOfNumber(digits) == "int") return ParseInteger<Integer>(digits);
  double value;
  if (!absl::SimpleAtod(Abseil(digits), &value) || std::trunc(value) != value) return std::nullopt;
  // 2^63 and 2^64 are doubles, their predecessors among the integers are not.
  const double limit = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
  const double least = std::is_signed_v<Integer> ? -limit : 0.0;
  if (value < least || value >= limit) return std::nullopt;
  return static_cast<Integer>(value);
}

template <typename Float>
std::optional<Float> ParseFloat(std::string_view text) {
  Float value;
  // The usual kind of number by the fastest way; what it does not take, or not wholly, is looked at
  // again.
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && rest == end && std::isfinite(value)) return value;
  // Abseil also reads "nan(1)" and "0x10".
  if (text.find_first_of("(xX") != text.npos) return std::nullopt;
  bool valid;
  if constexpr (std::is_same_v<Float, double>) {
    valid = absl::SimpleAtod(Abseil(text), &value);
  } else {
    valid = absl::SimpleAtof(Abseil(text), &value);
  }
  return valid ? std::optional(value) : std::nullopt;
}

Status WrongText(const FieldTarget& target, std::string_view text) {
  return WrongType(target.path, Quoted(text), "str");
}

Status WrongNumber(const FieldTarget& target, std::string_view digits) {
  return WrongType(target.path, digits, PythonTypeOfNumber(digits));
}

template <typename T, typename Complaint>
Status PutOr(const FieldTarget& target, std::optional<T> value, Complaint wrong,
             std::string_view text) {
  return value.has_value() ? Put(target, *value) : wrong(target, text);
}

Status UnknownEnumValue(const FieldTarget& target, std::string_view json) {
  const EnumDescriptor& type = *target.field->enum_type();
  std::vector<std::string_view> names;
  for (int i = 0; i < type.value_count(); ++i) {
    std::string_view name = type.value(i)->name();
    if (type.value(i)->number() == 0 && name.ends_with("_UNSPECIFIED")) continue;
    names.push_back(name);
  }
  return InvalidValue(target.path, json,
                      fmt::format("Valid values are ['{}'].", fmt::join(names, "', '")));
}

Status PutEnum(const FieldTarget& target, std::optional<int> number, std::string_view json) {
  const EnumValueDescriptor* value =
      number.has_value() ? target.field->enum_type()->FindValueByNumber(*number) : nullptr;
  if (value == nullptr) return UnknownEnumValue(target, json);
  return Put(target, value);
}

Status StoreEnumName(const FieldTarget& target, std::string_view text) {
  const EnumValueDescriptor* value = target.field->enum_type()->FindValueByName(std::string(text));
  if (value != nullptr) return Put(target, value);
  return PutEnum(target, ParseInteger<int>(text), Quoted(text));
}

Status StoreBytes(const FieldTarget& target, std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(Abseil(text), &bytes) &&
      !absl::WebSafeBase64Unescape(Abseil(text), &bytes)) {
    return InvalidValue(target.path, Quoted(text), "It is not base64.");
  }
  return Put(target, std::move(bytes));
}

}  // namespace

Status StoreText(const FieldTarget& target, std::string_view text) {
  switch (target.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (target.field->type() == FieldDescriptor::TYPE_BYTES) return StoreBytes(target, text);
      return Put(target, std::string(text));
    case FieldDescriptor::CPPTYPE_INT32:
      return PutOr(target, ParseInteger<int32_t>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutOr(target, ParseInteger<int64_t>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutOr(target, ParseInteger<uint32_t>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutOr(target, ParseInteger<uint64_t>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutOr(target, ParseFloat<double>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutOr(target, ParseFloat<float>(text), WrongText, text);
    case FieldDescriptor::CPPTYPE_ENUM:
      return StoreEnumName(target, text);
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return WrongText(target, text);
}

Status StoreNumber(const FieldTarget& target, std::string_view digits) {
  switch (target.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return PutOr(target, ParseIntegral<int32_t>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutOr(target, ParseIntegral<int64_t>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_UINT32:
      return PutOr(target, ParseIntegral<uint32_t>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutOr(target, ParseIntegral<uint64_t>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return PutOr(target, ParseFloat<double>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return PutOr(target, ParseFloat<float>(digits), WrongNumber, digits);
    case FieldDescriptor::CPPTYPE_ENUM:
      return PutEnum(target, ParseIntegral<int32_t>(digits), digits);
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return WrongNumber(target, digits);
}

Status StoreBool(const FieldTarget& target, bool value) {
  if (target.field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return Put(target, value);
  return WrongType(target.path, value ? "true" : "false", "bool");
}

}  // namespace rookery::transcode
