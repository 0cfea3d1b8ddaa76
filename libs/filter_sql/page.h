// One page of a search, as SQL and as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/db/query_text.h"
#include "libs/filter_sql/sort.h"

namespace rookery::filter {

struct Page {
  std::vector<db::Row> rows;
  // Whether others come after these.
  bool more = false;
};

// Ends `query`, whose WHERE has a condition, with the place where the page begins, the order and
// the limit, and asks for at most `limit` rows after `after`. `name` is the statement's, for the
// log. With a limit of 0 only `more` is told. Makes one query, or after a place as many as there
// are Stretches.
StatusOr<Page> ReadPage(db::Transaction& txn, std::string_view name, const Sort& sort,
                        const std::optional<Cursor>& after, int64_t limit, db::QueryText* query);

// Where the next page begins, absent if there is none; `page` has rows. The columns of the sort
// begin at `first`.
std::optional<Cursor> NextOf(const Page& page, const Sort& sort, int first);

}  // namespace rookery::filter
