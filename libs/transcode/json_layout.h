// What printing needs to know of message types, found out once for each.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace rookery::transcode {

struct TypeLayout;

struct FieldLayout {
  // Whether a value on the wire with this tag is one of the field's, or several of it (packed).
  bool Takes(uint32_t tag) const { return tag == this->tag || tag == packed_tag; }
  bool repeated() const { return closing != 0; }

  const google::protobuf::FieldDescriptor* field;
  google::protobuf::FieldDescriptor::Type type;
  bool is_map;
  // Of each value, and of a packed list (0 where there is none).
  uint32_t tag;
  uint32_t packed_tag;
  // `"name":`, and of a list or map its bracket.
  std::string opening;
  // The bracket that ends a list or map, else 0.
  char closing;
  // Of the values of a field of messages, else null.
  const TypeLayout* message;
};

struct TypeLayout {
  // Null: there is no such field.
  const FieldLayout* Find(uint32_t number) const {
    return number < by_number.size() ? by_number[number] : FindFar(number);
  }

  const google::protobuf::Descriptor* type;
  // As in well_known.h and json_style.h.
  bool is_well_known;
  bool is_azure;
  // By number.
  std::vector<FieldLayout> fields;
  std::vector<const FieldLayout*> by_number;

 private:
  // Numbers too high for a list of all of them.
  const FieldLayout* FindFar(uint32_t number) const;
};

// Of a type that is compiled into the program. Lives as long as that. Thread-safe.
const TypeLayout& LayoutOf(const google::protobuf::Descriptor& type);

}  // namespace rookery::transcode
