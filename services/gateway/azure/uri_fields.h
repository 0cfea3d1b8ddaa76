// Which fields of a message are artifact URIs.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace rookery::gateway {

// Those of all messages that RPCs of the gateway's services take and answer. Looked for once: it is
// asked of every request. Messages of types without any are not looked into. Immutable.
class UriFields {
 public:
  static const UriFields& OfServices();

  // Puts `rewritten(uri)` in the place of each.
  void Rewrite(google::protobuf::Message* message,
               const std::function<std::string(const std::string&)>& rewritten) const;

 private:
  UriFields();

  using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

  // The fields of `type` that are one, or lead to one.
  const Fields& Find(const google::protobuf::Descriptor& type);

  // By type. A type that is being looked at has none yet, which ends the search in types that hold
  // themselves.
  std::map<const google::protobuf::Descriptor*, Fields> fields_;
};

}  // namespace rookery::gateway
