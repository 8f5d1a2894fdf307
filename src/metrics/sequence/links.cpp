#include "metrics/sequence/links.h"

#include <algorithm>
#include <cmath>

#include "base/errors.h"

namespace fovea::metrics {
namespace {

int64_t in_both(const Links& a, const Links& b) {
  return std::count_if(a.begin(), a.end(),
                       [&](const Link& link) { return std::binary_search(b.begin(), b.end(), link); });
}

}  // namespace

Links tidied(Links links) {
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
  return links;
}

LinkCounts& LinkCounts::operator+=(const LinkCounts& other) {
  links += other.links;
  sure += other.sure;
  links_in_sure += other.links_in_sure;
  links_in_possible += other.links_in_possible;
  return *this;
}

std::array<double, 4> LinkCounts::sums() const {
  return {static_cast<double>(links), static_cast<double>(sure), static_cast<double>(links_in_sure),
          static_cast<double>(links_in_possible)};
}

LinkCounts LinkCounts::from_sums(std::span<const double> sums) {
  FOVEA_CHECK(sums.size() == 4, sums.size());
  return {std::llround(sums[0]), std::llround(sums[1]), std::llround(sums[2]), std::llround(sums[3])};
}

double LinkCounts::precision() const {
  if (links == 0) return sure == 0 ? 1 : 0;
  return static_cast<double>(links_in_possible) / static_cast<double>(links);
}

double LinkCounts::recall() const {
  if (sure == 0) return links == 0 ? 1 : 0;
  return static_cast<double>(links_in_sure) / static_cast<double>(sure);
}

double LinkCounts::f1() const {
  const double sum = precision() + recall();
  return sum == 0 ? 0 : 2 * precision() * recall() / sum;
}

double LinkCounts::error_rate() const {
  if (links + sure == 0) return 0;
  return 1 - static_cast<double>(links_in_sure + links_in_possible) / static_cast<double>(links + sure);
}

LinkCounts link_counts(const GoldLinks& gold, const Links& links) {
  return {std::ssize(links), std::ssize(gold.sure), in_both(links, gold.sure), in_both(links, gold.possible)};
}

}  // namespace fovea::metrics
