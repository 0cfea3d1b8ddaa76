// Finds the route of a request.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "libs/transcode/route.h"

namespace rookery::transcode {

struct RouteMatch {
  // Lives as long as the table. Null: no route, see `allowed`.
  const Route* route = nullptr;
  // For each of route->captures, the text in the path, decoded.
  std::vector<std::string> captures;
  // If there is no route: for the header Allow, the verbs that the path has routes for ("GET, HEAD,
  // POST"); empty if there is none for any verb. So: 404 if it is empty, 405 if not.
  std::string allowed;
};

// Made by RouteTableBuilder, immutable and thread-safe. The cost of a look-up depends on the length
// of the path and not on the number of routes.
class RouteTable {
 public:
  RouteTable(RouteTable&&) = default;
  RouteTable& operator=(RouteTable&&) = default;

  // The route for `verb` (in capitals; HEAD finds the routes of GET) and `path`, which is the
  // request target up to `?`, not decoded.
  //
  // The path is split at `/` and then each part is decoded, so that `%2F` stays within one part;
  // what {field=**} takes is decoded as a whole. Slashes repeated at the beginning count as one;
  // others do not, and a trailing slash is no match except within {field=**}. A literal wins over
  // {field}, and that over {field=**}, among the routes that have the verb.
  //
  // INVALID_ARGUMENT: a bad escape, or not UTF-8.
  StatusOr<RouteMatch> Match(std::string_view verb, std::string_view path) const;

  // In the order in which they were added.
  const std::vector<std::unique_ptr<const Route>>& routes() const { return routes_; }

 private:
  friend class RouteTableBuilder;

  // The paths that begin alike up to some segment.
  struct Node {
    absl::flat_hash_map<std::string, std::unique_ptr<Node>> literals;
    std::unique_ptr<Node> field;
    // Routes that end here, and routes that take all that remains. One for each verb.
    std::vector<const Route*> ends;
    std::vector<const Route*> rests;
  };
  struct Search;

  RouteTable() : root_(std::make_unique<Node>()) {}
  static bool Descend(const Node& node, size_t depth, Search* search);

  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<const Route>> routes_;
};

}  // namespace rookery::transcode
