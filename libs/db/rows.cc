#include "libs/db/rows.h"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace rookery::db {
namespace {

// Not assert(): a wrong member of the union must not be read in any kind of build.
[[noreturn]] void Die(std::string_view what) {
  spdlog::critical("A row was read wrongly: {}", what);
  std::abort();
}

}  // namespace

void Table::AddInt(int64_t value) {
  Cell& cell = cells.emplace_back();
  cell.kind = Cell::Kind::kInt;
  cell.integer = value;
}

void Table::AddReal(double value) {
  Cell& cell = cells.emplace_back();
  cell.kind = Cell::Kind::kReal;
  cell.real = value;
}

void Table::AddText(std::string_view value) {
  Cell& cell = cells.emplace_back();
  cell.kind = Cell::Kind::kText;
  cell.size = static_cast<uint32_t>(value.size());
  cell.offset = heap.size();
  heap.append(value);
}

void Table::AddView(std::string_view value) {
  Cell& cell = cells.emplace_back();
  cell.kind = Cell::Kind::kView;
  cell.size = static_cast<uint32_t>(value.size());
  cell.view = value.data();
}

const Cell& Row::At(int column) const {
  const size_t index = index_ * static_cast<size_t>(table_->columns) + static_cast<size_t>(column);
  if (column < 0 || column >= table_->columns || index >= table_->cells.size()) {
    Die("no such column or row");
  }
  return table_->cells[index];
}

int64_t Row::Int(int column) const {
  const Cell& cell = At(column);
  if (cell.kind == Cell::Kind::kInt) return cell.integer;
  if (cell.kind != Cell::Kind::kNull) Die("not an integer");
  return 0;
}

double Row::Real(int column) const {
  const Cell& cell = At(column);
  if (cell.kind == Cell::Kind::kReal) return cell.real;
  if (cell.kind == Cell::Kind::kInt) return static_cast<double>(cell.integer);
  if (cell.kind != Cell::Kind::kNull) Die("not a number");
  return 0;
}

std::string_view Row::Text(int column) const {
  const Cell& cell = At(column);
  if (cell.kind == Cell::Kind::kView) return {cell.view, cell.size};
  if (cell.kind == Cell::Kind::kText) {
    return std::string_view(table_->heap).substr(cell.offset, cell.size);
  }
  if (cell.kind != Cell::Kind::kNull) Die("not a text");
  return {};
}

std::optional<int64_t> Row::OptionalInt(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

std::optional<double> Row::OptionalReal(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Real(column);
}

std::optional<std::string> Row::OptionalText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return std::string(Text(column));
}

}  // namespace rookery::db
