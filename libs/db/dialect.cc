#include "libs/db/dialect.h"

#include <absl/strings/ascii.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace rookery::db {
namespace {

constexpr size_t kEnd = std::string_view::npos;
// What SQLite is told where it needs nothing, which is no statement.
constexpr std::string_view kNothing = "DROP TABLE IF EXISTS temp.rookery_nothing";

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && absl::ascii_isspace(text.front())) text.remove_prefix(1);
  while (!text.empty() && absl::ascii_isspace(text.back())) text.remove_suffix(1);
  return text;
}

// Where the string, quoted name or comment that begins at `at` ends; `at` if none begins there.
size_t SkipQuoted(std::string_view text, size_t at) {
  const auto past = [&](size_t found, size_t length) {
    return found == kEnd ? text.size() : found + length;
  };
  const char c = text[at];
  if (c == '\'' || c == '"') return past(text.find(c, at + 1), 1);
  if (text.substr(at, 2) == "--") return past(text.find('\n', at), 0);
  if (text.substr(at, 2) == "/*") return past(text.find("*/", at + 2), 2);
  return at;
}

// Where the parenthesis that opens at `at` closes.
size_t MatchingParenthesis(std::string_view text, size_t at) {
  int depth = 0;
  while (at < text.size()) {
    if (const size_t next = SkipQuoted(text, at); next != at) {
      at = next;
      continue;
    }
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
    ++at;
  }
  return kEnd;
}

// Arguments are split at the commas that stand in no parentheses and no quotes.
std::vector<std::string_view> SplitArguments(std::string_view text) {
  std::vector<std::string_view> arguments;
  size_t begin = 0;
  for (size_t at = 0; at < text.size();) {
    if (const size_t next = SkipQuoted(text, at); next != at) {
      at = next;
    } else if (text[at] == '(') {
      const size_t close = MatchingParenthesis(text, at);
      at = close == kEnd ? text.size() : close + 1;
    } else if (text[at] == ',') {
      arguments.push_back(Trimmed(text.substr(begin, at - begin)));
      begin = ++at;
    } else {
      ++at;
    }
  }
  arguments.push_back(Trimmed(text.substr(begin)));
  return arguments;
}

// One translation of one text.
class Translator {
 public:
  Translator(Dialect dialect, std::string_view text) : dialect_(dialect), text_(text) {}

  StatusOr<Translation> Run() {
    // First, because `@rows(...)@` takes the numbers after the greatest.
    RETURN_IF_ERROR(CountValues());
    size_t at = 0;
    while (at < text_.size()) {
      const size_t next = SkipQuoted(text_, at);
      if (next != at) {
        out_.sql.append(text_.substr(at, next - at));
        at = next;
      } else if (text_[at] == '@') {
        ASSIGN_OR_RETURN(at, Word(at));
      } else {
        // PostgreSQL would run nothing and be content.
        has_sql_ = has_sql_ || !absl::ascii_isspace(text_[at]);
        out_.sql.push_back(text_[at++]);
      }
    }
    if (!has_sql_) return absl::InternalError("there is no SQL in it");
    return std::move(out_);
  }

 private:
  Status CountValues() {
    for (size_t at = 0; at < text_.size();) {
      if (const size_t next = SkipQuoted(text_, at); next != at) {
        at = next;
      } else if (text_[at++] == '$') {
        int number = 0;
        std::from_chars(text_.data() + at, text_.data() + text_.size(), number);
        if (number < 1) return absl::InternalError("`$` is not followed by a number from 1 up");
        out_.values = std::max(out_.values, number);
      }
    }
    return absl::OkStatus();
  }

  // Translates the word at `at` and returns where it ends.
  StatusOr<size_t> Word(size_t at) {
    size_t end = at + 1;
    while (end < text_.size() && (absl::ascii_islower(text_[end]) || text_[end] == '_')) ++end;
    const std::string_view name = text_.substr(at + 1, end - at - 1);
    std::vector<std::string_view> arguments;
    if (end < text_.size() && text_[end] == '(') {
      const size_t close = MatchingParenthesis(text_, end);
      if (close == kEnd) return absl::InternalError(fmt::format("`@{}(` is not closed", name));
      arguments = SplitArguments(text_.substr(end + 1, close - end - 1));
      end = close + 1;
    }
    if (end >= text_.size() || text_[end] != '@') {
      return absl::InternalError(fmt::format("the word `@{}` does not end with `@`", name));
    }
    RETURN_IF_ERROR(Expand(name, arguments));
    has_sql_ = true;
    return end + 1;
  }

  Status Expand(std::string_view name, const std::vector<std::string_view>& arguments) {
    const size_t count = arguments.size();
    if (name == "rows" && count > 0) return ExpandRows(arguments);
    if (name == "any_text" && count == 1) {
      Append("IN (SELECT value FROM json_each({0}))", "= ANY ({0}::text[])", arguments[0]);
    } else if (name == "any_int" && count == 1) {
      Append("IN (SELECT value FROM json_each({0}))", "= ANY ({0}::bigint[])", arguments[0]);
    } else if (name == "among_int" && count == 1) {
      // PostgreSQL would try a long array element by element; of a query it makes a hash table.
      Append("IN (SELECT value FROM json_each({0}))", "IN (SELECT unnest({0}::bigint[]))",
             arguments[0]);
    } else if (name == "like" && count == 2) {
      Append("({0} LIKE {1})", "({0} LIKE {1} ESCAPE '')", arguments[0], arguments[1]);
    } else if (name == "ilike" && count == 2) {
      // The collation decides which letters PostgreSQL folds; "C" folds those that SQLite folds.
      Append("rookery_ilike({0}, {1})", "(({0}) COLLATE \"C\" ILIKE {1} ESCAPE '')", arguments[0],
             arguments[1]);
    } else if (name == "for_update" && count == 0) {
      out_.locks_rows = true;
      // Plain FOR UPDATE would also hold up inserts of rows that refer to the locked one.
      Append("", "FOR NO KEY UPDATE");
    } else if (name == "for_share" && count == 0) {
      out_.locks_rows = true;
      Append("", "FOR SHARE");
    } else if (name == "without_rowid" && count == 0) {
      Append("WITHOUT ROWID", "");
    } else if (name == "bytes" && count == 0) {
      Append("BLOB", "BYTEA");
    } else if (name == "ints" && count == 2) {
      Append("json_each({0}) AS {1}", "unnest({0}::bigint[]) AS {1}(value)", arguments[0],
             arguments[1]);
    } else if (name == "read_by_slices" && count == 2) {
      // PostgreSQL would compress it, and then read it whole for each slice.
      Append(kNothing, "ALTER TABLE {0} ALTER COLUMN {1} SET STORAGE EXTERNAL", arguments[0],
             arguments[1]);
    } else if (name == "slice" && count == 5) {
      // SQLite's substr would read the whole column for each slice.
      Append("rookery_slice('{0}', '{2}', {1}.rowid, {3}, {4})",
             "substr({1}.{2}, CAST({3} AS INTEGER) + 1, CAST({4} AS INTEGER))", arguments[0],
             arguments[1], arguments[2], arguments[3], arguments[4]);
    } else if (name == "change_counter" && count == 3) {
      // The triggers of SQLite hold their statement themselves. PostgreSQL keeps the plan that it
      // made when the table was small, and would go on reading it whole.
      Append(kNothing,
             "CREATE FUNCTION count_changes_of_{0}() RETURNS trigger LANGUAGE plpgsql"
             " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"
             " AS $$ BEGIN"
             " UPDATE {0} SET {2} = {2} + 1 WHERE (workspace_id, {1}) IN"
             " (SELECT c.workspace_id, c.{1} FROM changed AS c); RETURN NULL; END $$",
             arguments[0], arguments[1], arguments[2]);
    } else if (name == "count_changes" && count == 5) {
      const std::string_view row = arguments[0] == "delete" ? "OLD" : "NEW";
      Append(
          "CREATE TRIGGER {1}_{0}_counts AFTER {0} ON {1} BEGIN UPDATE {2} SET {4} = {4} + 1"
          " WHERE workspace_id = {5}.workspace_id AND {3} = {5}.{3}; END",
          "CREATE TRIGGER {1}_{0}_counts AFTER {0} ON {1} REFERENCING {5} TABLE AS changed"
          " FOR EACH STATEMENT EXECUTE FUNCTION count_changes_of_{2}()",
          arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], row);
    } else if (name == "tables" && count == 0) {
      Append("(SELECT name FROM sqlite_master WHERE type = 'table')",
             "(SELECT tablename::text AS name FROM pg_catalog.pg_tables"
             " WHERE schemaname = ANY (current_schemas(false)))");
    } else {
      return absl::InternalError(
          fmt::format("there is no word `@{}@` with {} arguments", name, count));
    }
    return absl::OkStatus();
  }

  // `@rows(key text, step bigint)@`: a table in parentheses, so that `AS r` may follow it.
  Status ExpandRows(const std::vector<std::string_view>& columns) {
    if (!out_.row_types.empty()) return absl::InternalError("`@rows(...)@` stands twice");
    std::string names;
    std::string arrays;
    std::string scalars;
    for (const std::string_view column : columns) {
      const size_t space = column.find(' ');
      if (space == kEnd) return absl::InternalError("`@rows(...)@` takes `name type, ...`");
      const std::string_view name = column.substr(0, space);
      const std::string_view type = Trimmed(column.substr(space));
      const std::string_view separator = names.empty() ? "" : ", ";
      const int number = out_.values + static_cast<int>(out_.row_types.size()) + 1;
      ASSIGN_OR_RETURN(const RowType row_type, AddRowType(type));
      fmt::format_to(std::back_inserter(names), "{}{}", separator, name);
      fmt::format_to(std::back_inserter(arrays), "{}${}::{}[]", separator, number,
                     row_type == RowType::kBytes ? "bytea" : type);
      fmt::format_to(std::back_inserter(scalars), "{}${} AS {}", separator, number, name);
    }
    Append("(SELECT {0})", "(SELECT * FROM unnest({1}) AS u({2}))", scalars, arrays, names);
    return absl::OkStatus();
  }

  StatusOr<RowType> AddRowType(std::string_view type) {
    RowType row_type;
    if (type == "text") {
      row_type = RowType::kText;
    } else if (type == "bigint") {
      row_type = RowType::kInt;
    } else if (type == "double precision") {
      row_type = RowType::kReal;
    } else if (type == "bytes") {
      row_type = RowType::kBytes;
    } else {
      return absl::InternalError(fmt::format("`@rows(...)@` knows no type `{}`", type));
    }
    out_.row_types.push_back(row_type);
    return row_type;
  }

  template <typename... Arguments>
  void Append(std::string_view sqlite, std::string_view postgres, const Arguments&... arguments) {
    fmt::format_to(std::back_inserter(out_.sql),
                   fmt::runtime(dialect_ == Dialect::kSqlite ? sqlite : postgres), arguments...);
  }

  const Dialect dialect_;
  const std::string_view text_;
  Translation out_;
  bool has_sql_ = false;
};

}  // namespace

StatusOr<Translation> Translate(Dialect dialect, std::string_view text) {
  return Translator(dialect, text).Run();
}

}  // namespace rookery::db
