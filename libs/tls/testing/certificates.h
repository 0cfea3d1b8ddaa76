// Certificates for tests.
#pragma once

#include <absl/time/time.h>

#include <filesystem>
#include <memory>
#include <string>

#include "libs/base/status.h"

namespace rookery::tls::testing {

// In PEM.
struct Issued {
  std::string certificate;
  std::string key;
};

// Signs certificates. Failures of OpenSSL, which only its absence would explain, throw.
class Authority {
 public:
  explicit Authority(const std::string& name = "Test authority");
  ~Authority();
  Authority(Authority&&) noexcept;

  std::string certificate() const;
  // For `name`, which is the common name too, and for 127.0.0.1 if it is localhost.
  Issued Issue(const std::string& name = "localhost") const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// A folder that goes with it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // The path of a file there.
  std::string Path(const std::string& name) const { return path_ / name; }
  // Writes beside it and renames, as one should. Returns its path.
  std::string Write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace rookery::tls::testing
