// A statement that is put together at run time, as searches are.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "libs/db/database.h"

namespace rookery::db {

// Collects a statement's text and its values. What users give is bound and never becomes part of
// the text, so that a search makes few different texts. Used by one thread; views what is bound
// with Bind, which must outlive it.
//
//   QueryText query("SELECT name FROM birds WHERE workspace_id = $1", {workspace});
//   query.Add(" AND weight > {}", query.Bind(weight));
//   txn.Query(query.statement("search_birds"), query.values());
class QueryText {
 public:
  // `values` are those of `$1` and up in `text`.
  explicit QueryText(std::string_view text, Values values = {})
      : text_(text), values_(std::move(values)) {}
  QueryText(const QueryText&) = delete;
  QueryText& operator=(const QueryText&) = delete;

  // Appends SQL; `{}` stands for each of `arguments`, which are SQL too.
  template <typename... Arguments>
  void Add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Arguments>(arguments)...);
  }

  // Returns the parameter that stands for `value` in the text: `$3`.
  std::string Bind(const Value& value) {
    values_.push_back(value);
    return fmt::format("${}", values_.size());
  }
  // As Bind, of a text that lives as long as this object.
  std::string BindOwned(std::string text) {
    return Bind(std::string_view(owned_.emplace_back(std::move(text))));
  }

  // What is there, so that one beginning can have several ends.
  struct Mark {
    size_t text = 0;
    size_t values = 0;
  };
  Mark mark() const { return {text_.size(), values_.size()}; }
  // Forgets what was added and bound since.
  void ReturnTo(const Mark& mark) {
    text_.resize(mark.text);
    values_.resize(mark.values);
  }

  // Both are valid until the next change.
  Statement statement(std::string_view name) const {
    return {name, text_, /*plans_for_values=*/true};
  }
  const Values& values() const { return values_; }

 private:
  std::string text_;
  Values values_;
  // A deque leaves its elements where they are.
  std::deque<std::string> owned_;
};

}  // namespace rookery::db
