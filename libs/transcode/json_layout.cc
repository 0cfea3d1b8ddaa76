#include "libs/transcode/json_layout.h"

#include <absl/base/thread_annotations.h>
#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>
#include <fmt/format.h>
#include <google/protobuf/wire_format.h>

#include <algorithm>
#include <memory>

#include "libs/transcode/json_style.h"
#include "libs/transcode/well_known.h"

namespace rookery::transcode {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::internal::WireFormat;
using ::google::protobuf::internal::WireFormatLite;

constexpr uint32_t kFarNumber = 256;

class Layouts {
 public:
  const TypeLayout& Of(const Descriptor& type) {
    {
      const absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = layouts_.find(&type); found != layouts_.end()) return *found->second;
    }
    const absl::MutexLock lock(&mutex_);
    return *Add(type);
  }

 private:
  const TypeLayout* Add(const Descriptor& type) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (const auto found = layouts_.find(&type); found != layouts_.end()) {
      return found->second.get();
    }
    TypeLayout& layout = *layouts_.emplace(&type, std::make_unique<TypeLayout>()).first->second;
    layout.type = &type;
    layout.is_well_known = IsWellKnown(type);
    layout.is_azure = IsAzure(type);
    for (int i = 0; i < type.field_count(); ++i) {
      layout.fields.push_back(Field(*type.field(i), layout.is_azure));
    }
    std::sort(layout.fields.begin(), layout.fields.end(),
              [](const FieldLayout& a, const FieldLayout& b) { return a.tag < b.tag; });
    for (const FieldLayout& field : layout.fields) {
      const auto number = static_cast<uint32_t>(field.field->number());
      if (number >= kFarNumber) break;
      layout.by_number.resize(number + 1);
      layout.by_number[number] = &field;
    }
    return &layout;
  }

  // Types may hold each other, so that a layout may be pointed to before it is filled.
  FieldLayout Field(const FieldDescriptor& field, bool is_azure)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const char opening = !field.is_repeated() ? 0 : field.is_map() ? '{' : '[';
    FieldLayout layout{
        .field = &field,
        .type = field.type(),
        .is_map = field.is_map(),
        .tag =
            WireFormatLite::MakeTag(field.number(), WireFormat::WireTypeForFieldType(field.type())),
        .packed_tag = !field.is_packable()
                          ? 0
                          : WireFormatLite::MakeTag(field.number(),
                                                    WireFormatLite::WIRETYPE_LENGTH_DELIMITED),
        .opening = fmt::format("\"{}\":", is_azure ? field.json_name() : field.name()),
        .closing = opening == 0     ? '\0'
                   : opening == '{' ? '}'
                                    : ']',
        .message = field.message_type() == nullptr ? nullptr : Add(*field.message_type())};
    if (opening != 0) layout.opening.push_back(opening);
    return layout;
  }

  absl::Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<TypeLayout>> layouts_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

const FieldLayout* TypeLayout::FindFar(uint32_t number) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldLayout& field) {
    return static_cast<uint32_t>(field.field->number()) == number;
  });
  return found == fields.end() ? nullptr : &*found;
}

const TypeLayout& LayoutOf(const Descriptor& type) {
  static Layouts& layouts = *new Layouts();
  return layouts.Of(type);
}

}  // namespace rookery::transcode
