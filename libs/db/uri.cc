#include "libs/db/uri.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>

namespace rookery::db {
namespace {

constexpr char kForms[] =
    "A database URI is `sqlite:///relative/file`, `sqlite:////absolute/file` or "
    "`postgresql://user:password@host/database`";

Status Wrong(std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}; {}.", kForms, why));
}

StatusOr<Target> ParseSqlite(std::string_view rest) {
  if (rest.find_first_of(std::string_view("?#\0", 3)) != std::string_view::npos) {
    return Wrong("this one has `?`, `#` or NUL in its path");
  }
  if (rest.empty() || rest == "/" || rest == "/:memory:") return SqliteTarget{};
  if (rest[0] != '/') return Wrong("this one has two slashes where a relative path takes three");
  // SQLite gives names that begin so a meaning of their own.
  if (rest.starts_with("/file:") || rest.starts_with("/:")) {
    return Wrong("this one's path begins with `file:` or `:`");
  }
  return SqliteTarget{std::string(rest.substr(1))};
}

StatusOr<Target> ParsePostgres(std::string_view rest) {
  PostgresTarget target{fmt::format("postgresql://{}", rest)};
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(target.uri.c_str(), &error);
  // libpq's words would repeat the URI with its password.
  PQfreemem(error);
  if (options == nullptr || rest.find('\0') != std::string_view::npos) {
    PQconninfoFree(options);
    return Wrong(
        "PostgreSQL's library cannot read this one (characters like `@`, `:`, `/` and `%` in a "
        "password are written as %40, %3A, %2F and %25)");
  }
  PQconninfoFree(options);
  return target;
}

}  // namespace

StatusOr<Target> ParseUri(std::string_view uri) {
  const size_t colon = uri.find("://");
  if (colon == std::string_view::npos) return Wrong("this one has no `://`");
  const std::string_view scheme = uri.substr(0, colon);
  const std::string_view kind = scheme.substr(0, scheme.find('+'));
  const std::string_view rest = uri.substr(colon + 3);
  if (kind == "sqlite") return ParseSqlite(rest);
  if (kind == "postgresql" || kind == "postgres") return ParsePostgres(rest);
  return Wrong(fmt::format("`{}` is no database that is known here", kind));
}

std::string WithDefaults(std::string_view postgres_uri, std::string_view parameters) {
  // A password may hold a `?`, as libpq reads it: the parameters begin after the host's `@`.
  const size_t user_end = postgres_uri.find_first_of("@/", postgres_uri.find("://") + 3);
  const size_t question = user_end == std::string_view::npos ? postgres_uri.find('?')
                                                             : postgres_uri.find('?', user_end);
  if (question == std::string_view::npos) return fmt::format("{}?{}", postgres_uri, parameters);
  // libpq lets the last mention of a parameter win.
  return fmt::format("{}?{}&{}", postgres_uri.substr(0, question), parameters,
                     postgres_uri.substr(question + 1));
}

std::string WithoutCredentials(std::string_view uri) {
  const size_t scheme_end = uri.find("://");
  if (scheme_end == std::string_view::npos) return "";
  const std::string_view scheme = uri.substr(0, scheme_end + 3);
  std::string_view rest = uri.substr(scheme_end + 3);
  // A password may hold any character that ends the part before it, so the last `@` counts.
  if (const size_t at = rest.rfind('@'); at != std::string_view::npos) rest.remove_prefix(at + 1);
  return fmt::format("{}{}", scheme, rest.substr(0, rest.find('?')));
}

}  // namespace rookery::db
