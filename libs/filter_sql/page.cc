#include "libs/filter_sql/page.h"

#include <algorithm>
#include <cstddef>

namespace rookery::filter {

namespace {

// Appends rows to those of `page` until it has `most`.
Status ReadRows(db::Transaction& txn, std::string_view name, const Sort& sort, size_t most,
                db::QueryText* query, Page* page) {
  AddOrderBy(sort, query);
  const size_t missing = most - page->rows.size();
  // One row more than asked for tells whether there is a next page.
  query->Add(" LIMIT {}", query->Bind(static_cast<int64_t>(missing + 1)));
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(query->statement(name), query->values()));
  page->more = rows.size() > missing;
  page->rows.reserve(page->rows.size() + std::min(rows.size(), missing));
  for (const db::Row& row : rows) {
    if (page->rows.size() == most) break;
    page->rows.push_back(row);
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<Page> ReadPage(db::Transaction& txn, std::string_view name, const Sort& sort,
                        const std::optional<Cursor>& after, int64_t limit, db::QueryText* query) {
  Page page;
  const auto most = static_cast<size_t>(limit);
  if (!after) {
    RETURN_IF_ERROR(ReadRows(txn, name, sort, most, query, &page));
    return page;
  }
  query->Add(" AND ");
  const db::QueryText::Mark beginning = query->mark();
  for (const Stretch stretch : Stretches(sort)) {
    query->ReturnTo(beginning);
    AddAfter(sort, *after, stretch, query);
    RETURN_IF_ERROR(ReadRows(txn, name, sort, most, query, &page));
    if (page.more) break;
  }
  return page;
}

std::optional<Cursor> NextOf(const Page& page, const Sort& sort, int first) {
  if (!page.more) return std::nullopt;
  return ReadCursor(sort, page.rows.back(), first);
}

}  // namespace rookery::filter
