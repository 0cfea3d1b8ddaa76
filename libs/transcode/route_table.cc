#include "libs/transcode/route_table.h"

#include <algorithm>
#include <set>
#include <utility>

#include "libs/transcode/percent.h"

namespace rookery::transcode {
namespace {

// More segments than any client's path has; keeps an attacker's path from costing more than its
// bytes.
constexpr size_t kMaxSegments = 256;

}  // namespace

struct RouteTable::Search {
  std::string_view verb;
  // Decoded, and where each begins in the path as it came.
  std::vector<std::string> segments;
  std::vector<std::string_view> tails;

  const Route* found = nullptr;
  // The segments that holes took so far.
  std::vector<size_t> holes;
  // Where {field=**} begins, or kNone.
  size_t rest = kNone;
  std::set<std::string_view> other_verbs;

  static constexpr size_t kNone = static_cast<size_t>(-1);

  bool Take(const std::vector<const Route*>& routes) {
    for (const Route* route : routes) {
      if (route->verb == verb) {
        found = route;
        return true;
      }
      other_verbs.insert(route->verb);
    }
    return false;
  }
};

bool RouteTable::Descend(const Node& node, size_t depth, Search* search) {
  if (depth == search->segments.size()) return search->Take(node.ends);
  const std::string& segment = search->segments[depth];
  if (const auto child = node.literals.find(segment); child != node.literals.end()) {
    if (Descend(*child->second, depth + 1, search)) return true;
  }
  if (segment.empty()) return false;
  if (node.field != nullptr) {
    search->holes.push_back(depth);
    if (Descend(*node.field, depth + 1, search)) return true;
    search->holes.pop_back();
  }
  if (search->Take(node.rests)) {
    search->rest = depth;
    return true;
  }
  return false;
}

StatusOr<RouteMatch> RouteTable::Match(std::string_view verb, std::string_view path) const {
  RouteMatch match;
  if (!path.starts_with('/')) return match;
  path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));

  Search search;
  search.verb = verb == "HEAD" ? "GET" : verb;
  std::string_view tail = path;
  while (search.segments.size() < kMaxSegments) {
    const size_t slash = tail.find('/');
    ASSIGN_OR_RETURN(std::string segment, PercentDecode(tail.substr(0, slash), Plus::kPlus));
    search.segments.push_back(std::move(segment));
    search.tails.push_back(tail);
    if (slash == tail.npos) break;
    tail.remove_prefix(slash + 1);
  }

  if (!Descend(*root_, 0, &search)) {
    if (search.other_verbs.contains("GET")) search.other_verbs.insert("HEAD");
    for (std::string_view other : search.other_verbs) {
      if (!match.allowed.empty()) match.allowed += ", ";
      match.allowed += other;
    }
    return match;
  }
  match.route = search.found;
  for (size_t hole : search.holes) match.captures.push_back(std::move(search.segments[hole]));
  if (search.rest != Search::kNone) {
    ASSIGN_OR_RETURN(std::string rest, PercentDecode(search.tails[search.rest], Plus::kPlus));
    match.captures.push_back(std::move(rest));
  }
  return match;
}

}  // namespace rookery::transcode
