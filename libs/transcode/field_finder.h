// Finds fields by the names that JSON uses.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string_view>

namespace rookery::transcode {

// Used for one object. Senders write keys in the order of the .proto file, so the search begins
// behind the field that was found last and mostly ends at once; protobuf's own lookup hashes and
// copies each name.
class FieldFinder {
 public:
  explicit FieldFinder(const google::protobuf::Descriptor& type) : type_(type) {}

  // By the name in the .proto file, else by its camelCase form. Null if there is none.
  const google::protobuf::FieldDescriptor* Find(std::string_view key) {
    const int count = type_.field_count();
    for (int i = 0; i < count; ++i) {
      const int at = next_ + i < count ? next_ + i : next_ + i - count;
      if (type_.field(at)->name() == key) {
        next_ = at + 1;
        return type_.field(at);
      }
    }
    for (int i = 0; i < count; ++i) {
      if (type_.field(i)->json_name() == key) return type_.field(i);
    }
    return nullptr;
  }

 private:
  const google::protobuf::Descriptor& type_;
  int next_ = 0;
};

}  // namespace rookery::transcode
