// Numbers as the spool's format has them: little-endian, as the machines are that this runs on.
#pragma once

#include <bit>
#include <cstring>
#include <string>
#include <string_view>

namespace rookery::spool {

static_assert(std::endian::native == std::endian::little);

template <typename T>
void Put(T value, std::string* to) {
  to->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

template <typename T>
void PutAt(T value, char* at) {
  std::memcpy(at, &value, sizeof(value));
}

template <typename T>
T Get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// Takes a number off the front; false if there are too few bytes.
template <typename T>
[[nodiscard]] bool Take(std::string_view* from, T* value) {
  if (from->size() < sizeof(T)) return false;
  *value = Get<T>(from->data());
  from->remove_prefix(sizeof(T));
  return true;
}

}  // namespace rookery::spool
