// Numbers in PostgreSQL's binary form: the highest byte first.
#pragma once

#include <bit>
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
void StoreBig(char* at, Integer number) {
  boost::endian::endian_store<Integer, sizeof(Integer), boost::endian::order::big>(
      reinterpret_cast<unsigned char*>(at), number);
}

template <typename Integer>
void AppendBig(std::string& out, Integer number) {
  out.resize(out.size() + sizeof(Integer));
  StoreBig(out.data() + out.size() - sizeof(Integer), number);
}

}  // namespace rookery::db
