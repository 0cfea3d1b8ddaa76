#include "libs/filter_sql/page.h"

#include <cstddef>

namespace rookery::filter {

StatusOr<Page> ReadPage(db::Transaction& txn, std::string_view name, const Sort& sort,
                        const std::optional<Cursor>& after, int64_t limit, db::QueryText* query) {
  if (after) {
    query->Add(" AND ");
    AddAfter(sort, *after, query);
  }
  AddOrderBy(sort, query);
  // One row more than asked for tells whether there is a next page.
  query->Add(" LIMIT {}", query->Bind(limit + 1));
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(query->statement(name), query->values()));
  Page page;
  const auto most = static_cast<size_t>(limit);
  page.more = rows.size() > most;
  page.rows.reserve(page.more ? most : rows.size());
  for (const db::Row& row : rows) {
    if (page.rows.size() == most) break;
    page.rows.push_back(row);
  }
  return page;
}

std::optional<Cursor> NextOf(const Page& page, const Sort& sort, int first) {
  if (!page.more) return std::nullopt;
  return ReadCursor(sort, page.rows.back(), first);
}

}  // namespace rookery::filter
