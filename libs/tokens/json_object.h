// JSON that is written: claims, headers, keys.
#pragma once

#include <absl/time/time.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::tokens {

// A member that is set again has its last value. What is text is UTF-8.
class JsonObject {
 public:
  JsonObject& Set(const std::string& name, std::string_view text);
  JsonObject& Set(const std::string& name, const char* text) {
    return Set(name, std::string_view(text));
  }
  JsonObject& Set(const std::string& name, const std::vector<std::string>& texts);
  // In whole seconds.
  JsonObject& Set(const std::string& name, absl::Time time);
  JsonObject& Remove(const std::string& name);

  std::string Json() const;

 private:
  // The values as JSON.
  std::map<std::string, std::string> members_;
};

}  // namespace rookery::tokens
