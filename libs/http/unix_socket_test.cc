#include "libs/http/unix_socket.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "libs/http/testing/test_server.h"

namespace rookery::http {
namespace {

using boost::asio::local::stream_protocol;
using ::rookery::testing::StatusIs;
using ::testing::HasSubstr;

class UnixSocketTest : public ::testing::Test {
 protected:
  UnixSocketTest() {
    std::string folder = ::testing::TempDir() + "unixXXXXXX";
    folder_ = mkdtemp(folder.data());
    options_.unix_path = folder_ + "/http.sock";
  }
  ~UnixSocketTest() override { std::filesystem::remove_all(folder_); }

  StatusOr<std::unique_ptr<Server>> Listen() { return Server::Listen(options_, handler_); }

  std::string Ask() const {
    boost::asio::io_context io;
    stream_protocol::socket socket(io);
    socket.connect(stream_protocol::endpoint(options_.unix_path));
    boost::asio::write(socket, boost::asio::buffer(std::string(
                                   "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")));
    std::string answer;
    boost::system::error_code ec;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ec);
    return answer;
  }

  std::string folder_;
  ServerOptions options_;
  Handler handler_ = [](Exchange& exchange) -> asio::awaitable<void> {
    (void)co_await exchange.response().Send(
        Response(200, "asked by " + exchange.request().remote_address));
  };
};

TEST_F(UnixSocketTest, ServesTheOwnerAndHisGroup) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto server, Listen());
  EXPECT_THAT(Ask(), HasSubstr("asked by unix"));
  struct stat seen = {};
  ASSERT_EQ(stat(options_.unix_path.c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777U, 0660U);
}

TEST_F(UnixSocketTest, IsGoneWithTheServer) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto server, Listen());
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(options_.unix_path));
}

TEST_F(UnixSocketTest, WhatAServerLeftBehindIsReplaced) {
  {
    boost::asio::io_context io;
    const stream_protocol::acceptor dead(io, stream_protocol::endpoint(options_.unix_path));
  }
  ASSERT_TRUE(std::filesystem::exists(options_.unix_path));
  ROOKERY_ASSERT_OK_AND_ASSIGN(const auto server, Listen());
  EXPECT_THAT(Ask(), HasSubstr("200 OK"));
}

TEST_F(UnixSocketTest, NothingElseIsReplaced) {
  ROOKERY_ASSERT_OK_AND_ASSIGN(auto server, Listen());
  EXPECT_THAT(Listen().status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("another process listens there")));
  EXPECT_THAT(Ask(), HasSubstr("200 OK"));
  server.reset();
  std::ofstream(options_.unix_path) << "notes";
  EXPECT_THAT(Listen().status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("something else is there")));
  EXPECT_TRUE(std::filesystem::exists(options_.unix_path));
  options_.unix_path += std::string(200, 'x');
  EXPECT_THAT(Listen().status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("107 bytes at most")));
}

}  // namespace
}  // namespace rookery::http
