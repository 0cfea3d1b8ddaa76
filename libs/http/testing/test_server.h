// A server and a few handlers for tests.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "libs/http/server.h"
#include "libs/http/testing/raw_client.h"

namespace rookery::http::testing {

// Answers "<method> <path>?<query> <body>".
Handler Echo();

// Waits until `condition` holds; false if it does not within ten seconds.
bool Eventually(const std::function<bool()>& condition);

// The peak of the memory that this process held, in bytes.
size_t PeakMemoryBytes();
// What it holds now.
size_t MemoryBytes();

// Serves plain HTTP, or HTTPS if the environment has ROOKERY_HTTP_TEST_TLS: the tests hold for
// both.
class ServerTest : public ::testing::Test {
 protected:
  // Fails the test if it cannot listen.
  void Serve(Handler handler, ServerOptions options = {});
  RawClient Connect();
  // To the server at `port`, as it serves.
  static StatusOr<RawClient> ConnectTo(uint16_t port);

  std::unique_ptr<Server> server_;
};

}  // namespace rookery::http::testing
