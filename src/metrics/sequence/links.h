// Word alignments: which word of a sentence is said to be translated by which of the other, and how well that agrees
// with people's links, of which some are sure and others possible (Och & Ney 2003).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace fovea::metrics {

struct Link {
  int64_t source = 0, target = 0;  // words, counted from 0
  auto operator<=>(const Link&) const = default;
};

using Links = std::vector<Link>;  // of one sentence: ascending, each once

// Ascending, each once.
Links tidied(Links links);

struct GoldLinks {
  Links sure;
  Links possible;  // the sure ones among them

  bool operator==(const GoldLinks&) const = default;
};

struct LinkCounts {
  int64_t links = 0, sure = 0;                       // of the alignment; of people
  int64_t links_in_sure = 0, links_in_possible = 0;  // of the alignment

  LinkCounts& operator+=(const LinkCounts& other);
  std::array<double, 4> sums() const;  // links, sure, links in sure, links in possible
  static LinkCounts from_sums(std::span<const double> sums);

  // From 0 to 1. Without links on either side there is nothing wrong: no error, the others 1; without those that a
  // share is of, and with some on the other side, 0.
  double precision() const;   // share of the links that are possible
  double recall() const;      // share of the sure links that are found
  double f1() const;          // harmonic mean of the two
  double error_rate() const;  // AER: 1 − (links in sure + links in possible) / (links + sure)
};

// Counts of one sentence.
LinkCounts link_counts(const GoldLinks& gold, const Links& links);

}  // namespace fovea::metrics
