// Errors in Azure Blob's words.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"

namespace rookery::artifact {

// What a client is told: its code ("BlobNotFound") decides how it goes on, and has an HTTP status.
struct BlobFault {
  int http_status = 500;
  std::string code;
  std::string message;
};

// A Status that becomes the fault of this code; `code` is one of those in blob_error.cc.
Status BlobError(std::string_view code, std::string_view message);

// Of what BlobError made, and of what stores and signatures say. 429 is none of them: Azure's
// clients do not try again after it.
BlobFault FaultOf(const Status& status);

// The answer, in XML; the code is a header too, as answers to HEAD have no body.
http::Response ErrorAnswer(const BlobFault& fault);

}  // namespace rookery::artifact
