// libpq on a connection that libpqxx has made: for statements, whose parameters and rows go in
// PostgreSQL's binary form where that is cheaper. libpqxx 6, which Debian 12 has, knows texts only.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <pqxx/connection>
#include <string>

namespace rookery::db {

// What a statement answered.
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

// A connection of libpqxx, and libpq's handle of it, which is the same as long as the connection
// is open.
class HandleConnection final : public pqxx::connection_base {
 public:
  explicit HandleConnection(const std::string& uri) : connection_base(policy_), policy_(uri) {
    init();
  }
  ~HandleConnection() noexcept { close(); }

  PGconn* handle() const { return policy_.handle; }

 private:
  struct Policy final : pqxx::connect_direct {
    using pqxx::connect_direct::connect_direct;
    PGconn* do_startconnect(PGconn* old) override {
      handle = pqxx::connect_direct::do_startconnect(old);
      return handle;
    }

    PGconn* handle = nullptr;
  };

  Policy policy_;
};

}  // namespace rookery::db
