// What a query answers: its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::db {

// One value of a row. Texts and bytes lie in the heap of their table (kText) or where the driver
// has them (kView).
struct Cell {
  enum class Kind : uint8_t { kNull, kInt, kReal, kText, kView };
  Kind kind = Kind::kNull;
  uint32_t size = 0;
  union {
    int64_t integer = 0;
    double real;
    uint64_t offset;
    const char* view;
  };
};

// Rows as they lie in memory: the cells row by row. Filled by a driver, then shared and never
// changed.
struct Table {
  int columns = 0;
  std::vector<Cell> cells;
  std::string heap;
  // Keeps what the views see; may be null if there are none.
  std::shared_ptr<const void> driver_memory;

  void AddNull() { cells.emplace_back(); }
  void AddInt(int64_t value);
  void AddReal(double value);
  void AddText(std::string_view value);
  // `value` is not copied.
  void AddView(std::string_view value);
};

// One row. Copies are cheap and share the cells, which live as long as any Row or Rows of the
// query.
//
// Columns count from 0. A NULL reads as 0, 0.0 or "" where no optional is asked for. To read a cell
// as something that it is not (Int of a text, a column that the query lacks) is a bug and ends the
// program; only Real may read an integer. A boolean of PostgreSQL is 1 or 0, as on SQLite.
class Row {
 public:
  Row(std::shared_ptr<const Table> table, size_t index) : table_(std::move(table)), index_(index) {}

  bool IsNull(int column) const { return At(column).kind == Cell::Kind::kNull; }
  int64_t Int(int column) const;
  double Real(int column) const;
  // Text or bytes. The view is valid as long as any Row or Rows of the query lives.
  std::string_view Text(int column) const;

  std::optional<int64_t> OptionalInt(int column) const;
  std::optional<double> OptionalReal(int column) const;
  std::optional<std::string> OptionalText(int column) const;

 private:
  const Cell& At(int column) const;

  std::shared_ptr<const Table> table_;
  size_t index_;
};

// All rows of a query. Copies are cheap and share the cells.
class Rows {
 public:
  Rows() : Rows(Table()) {}
  explicit Rows(Table table) : table_(std::make_shared<const Table>(std::move(table))) {}

  size_t size() const {
    return table_->columns == 0 ? 0 : table_->cells.size() / static_cast<size_t>(table_->columns);
  }
  bool empty() const { return table_->cells.empty(); }
  Row operator[](size_t index) const { return Row(table_, index); }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Row;

    Iterator(const Rows* rows, size_t index) : rows_(rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(rows_, index_++); }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Rows* rows_;
    size_t index_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, size()); }

 private:
  std::shared_ptr<const Table> table_;
};

}  // namespace rookery::db
