#include "libs/transcode/testing/random_message.h"

#include <google/protobuf/descriptor.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "libs/transcode/well_known.h"

namespace rookery::transcode::testing {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

class Filler {
 public:
  explicit Filler(std::mt19937* random) : random_(*random) {}

  void Fill(Message* message, int depth) {
    const auto& type = *message->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor* field = type.field(i);
      if (field->message_type() != nullptr && (depth == 0 || IsWellKnown(*field->message_type()))) {
        continue;
      }
      if (Below(2) == 0) continue;
      const int count = field->is_repeated() ? Below(4) : 1;
      for (int n = 0; n < count; ++n) Put(message, field, depth);
    }
  }

 private:
  int Below(int limit) { return static_cast<int>(random_() % static_cast<unsigned>(limit)); }
  uint64_t Bits() { return uint64_t{random_()} << 32 | random_(); }

  template <typename T>
  T Number() {
    if constexpr (std::is_floating_point_v<T>) {
      using Word = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
      const T value = std::bit_cast<T>(static_cast<Word>(Bits()));
      if (Below(3) == 0) return static_cast<T>(Below(1000)) / 8;
      return std::isfinite(value) ? value : std::numeric_limits<T>::max();
    } else {
      switch (Below(4)) {
        case 0:
          return std::numeric_limits<T>::min();
        case 1:
          return std::numeric_limits<T>::max();
        case 2:
          return static_cast<T>(Below(100));
        default:
          return static_cast<T>(Bits());
      }
    }
  }

  std::string Text() {
    constexpr const char* kPieces[] = {"a",    "\"", "\\",     "/",  "\n",  "\x01",
                                       "\x7f", "é",  "\u2028", "😀", "null"};
    std::string text;
    for (int n = Below(12); n > 0; --n) text += kPieces[Below(std::size(kPieces))];
    if (Below(8) == 0) text.push_back('\0');
    return text;
  }

  std::string Bytes() {
    std::string bytes(static_cast<size_t>(Below(10)), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    return bytes;
  }

  void Put(Message* message, const FieldDescriptor* field, int depth) {
    const Reflection& to = *message->GetReflection();
    const bool add = field->is_repeated();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return Store(add, &Reflection::AddInt32, &Reflection::SetInt32, message, field,
                     Number<int32_t>());
      case FieldDescriptor::CPPTYPE_INT64:
        return Store(add, &Reflection::AddInt64, &Reflection::SetInt64, message, field,
                     Number<int64_t>());
      case FieldDescriptor::CPPTYPE_UINT32:
        return Store(add, &Reflection::AddUInt32, &Reflection::SetUInt32, message, field,
                     Number<uint32_t>());
      case FieldDescriptor::CPPTYPE_UINT64:
        return Store(add, &Reflection::AddUInt64, &Reflection::SetUInt64, message, field,
                     Number<uint64_t>());
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return Store(add, &Reflection::AddDouble, &Reflection::SetDouble, message, field,
                     Number<double>());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return Store(add, &Reflection::AddFloat, &Reflection::SetFloat, message, field,
                     Number<float>());
      case FieldDescriptor::CPPTYPE_BOOL:
        return Store(add, &Reflection::AddBool, &Reflection::SetBool, message, field,
                     Below(2) == 1);
      case FieldDescriptor::CPPTYPE_ENUM:
        return Store(add, &Reflection::AddEnumValue, &Reflection::SetEnumValue, message, field,
                     field->enum_type()->value(Below(field->enum_type()->value_count()))->number());
      case FieldDescriptor::CPPTYPE_STRING:
        return Store(add, &Reflection::AddString, &Reflection::SetString, message, field,
                     field->type() == FieldDescriptor::TYPE_BYTES ? Bytes() : Text());
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Fill(add ? to.AddMessage(message, field) : to.MutableMessage(message, field),
                    depth - 1);
    }
  }

  template <typename Method, typename T>
  static void Store(bool add, Method adder, Method setter, Message* message,
                    const FieldDescriptor* field, T value) {
    (message->GetReflection()->*(add ? adder : setter))(message, field, std::move(value));
  }

  std::mt19937& random_;
};

}  // namespace

void RandomMessage(std::mt19937* random, Message* message) {
  Filler(random).Fill(message, 3);
  // Reflection adds the same key to a map twice without a word; the way over the wire leaves one.
  message->ParseFromString(message->SerializeAsString());
}

}  // namespace rookery::transcode::testing
