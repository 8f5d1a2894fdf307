#include "metrics/sequence/symmetrise.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace fovea::metrics {
namespace {

struct TargetFirst {
  bool operator()(const Link& a, const Link& b) const {
    return std::pair(a.target, a.source) < std::pair(b.target, b.source);
  }
};
using TargetOrdered = std::set<Link, TargetFirst>;

Links joined_links(const Links& a, const Links& b) {
  Links both;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

Links shared_links(const Links& a, const Links& b) {
  Links both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

class GrowingAlignment {
 public:
  explicit GrowingAlignment(const Links& links) {
    for (const Link& link : links) add(link);
  }

  // A link that is put in ahead of the place in the round that is gone through is met in the same round.
  void grow(const Links& candidates) {
    constexpr std::array<Link, 8> kBeside = {{{0, -1}, {-1, 0}, {0, 1}, {1, 0}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}}};
    for (bool grown = true; grown;) {
      grown = false;
      for (auto at = links_.begin(); at != links_.end(); ++at) {
        for (const Link& step : kBeside) {
          const Link link{at->source + step.source, at->target + step.target};
          if (has_both(link) || !std::binary_search(candidates.begin(), candidates.end(), link)) continue;
          add(link);
          grown = true;
        }
      }
    }
  }

  void finish(const Links& candidates, bool needs_neither) {
    for (const Link& link : TargetOrdered(candidates.begin(), candidates.end())) {
      if (needs_neither ? !has_one(link) : !has_both(link)) add(link);
    }
  }

  Links links() const { return tidied(Links(links_.begin(), links_.end())); }

 private:
  void add(const Link& link) {
    links_.insert(link);
    sources_.insert(link.source);
    targets_.insert(link.target);
  }
  bool has_both(const Link& link) const { return sources_.contains(link.source) && targets_.contains(link.target); }
  bool has_one(const Link& link) const { return sources_.contains(link.source) || targets_.contains(link.target); }

  TargetOrdered links_;
  std::set<int64_t> sources_, targets_;  // words that have a link
};

}  // namespace

const char* symmetrisation_name(Symmetrisation symmetrisation) {
  switch (symmetrisation) {
    case Symmetrisation::kIntersection:
      return "intersection";
    case Symmetrisation::kUnion:
      return "union";
    case Symmetrisation::kGrowDiagFinal:
      return "grow-diag-final";
    case Symmetrisation::kGrowDiagFinalAnd:
      break;
  }
  return "grow-diag-final-and";
}

Links symmetrise(const Links& forward, const Links& backward, Symmetrisation symmetrisation) {
  if (symmetrisation == Symmetrisation::kUnion) return joined_links(forward, backward);
  const Links both = shared_links(forward, backward);
  if (symmetrisation == Symmetrisation::kIntersection) return both;
  GrowingAlignment alignment(both);
  alignment.grow(joined_links(forward, backward));
  for (const Links& direction : {forward, backward}) {
    alignment.finish(direction, symmetrisation == Symmetrisation::kGrowDiagFinalAnd);
  }
  return alignment.links();
}

}  // namespace fovea::metrics
