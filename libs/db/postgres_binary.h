// Numbers in PostgreSQL's binary form: the highest byte first.
#pragma once

#include <boost/endian/conversion.hpp>
#include <cstdint>
#include <string>

namespace rookery::db {

// `at` has as many bytes as the number.
template <typename Integer>
Integer LoadBig(const char* at) {
  return boost::endian::endian_load<Integer, sizeof(Integer), boost::endian::order::big>(
      reinterpret_cast<const unsigned char*>(at));
}

template <typename Integer>
void AppendBig(std::string& out, Integer number) {
  const Integer big = boost::endian::native_to_big(number);
  out.append(reinterpret_cast<const char*>(&big), sizeof(big));
}

}  // namespace rookery::db
