// What the answer loses when pieces of a text are erased, kept for each set of pieces that was asked about.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "audit/erased_texts.h"
#include "audit/material.h"

namespace fovea::audit {

// A set of pieces, a bit each.
using Pieces = uint64_t;

class PieceAnswers {
 public:
  PieceAnswers(Subject& subject, Erased how, const std::vector<Text>& texts, const Answers& answers)
      : erased_(subject, how), texts_(texts), answers_(answers), drops_(texts.size()) {}

  void split(std::vector<std::vector<int64_t>> begins) { begins_ = std::move(begins); }  // [text][piece]
  size_t pieces(size_t text) const { return begins_[text].size(); }

  // Asks for `text` without the pieces of `gone`, unless that is known. Where much is asked, answers are fetched.
  void want(size_t text, Pieces gone);
  void fetch();

  // p(c|x) − p(c|x without `gone`), after fetch().
  double drop(size_t text, Pieces gone) const { return drops_[text].at(gone); }

  // Of all that was asked about, by the number of pieces gone less one, up to all but one: the smallest and the largest
  // drop; kNone where nothing was.
  struct Extremes {
    std::vector<double> least, most;
  };
  Extremes extremes(size_t text) const;

 private:
  struct Wanted {
    size_t text;
    Pieces gone;
    size_t question;
  };

  ErasedTexts erased_;
  const std::vector<Text>& texts_;
  const Answers& answers_;
  std::vector<std::vector<int64_t>> begins_;
  std::vector<std::unordered_map<Pieces, double>> drops_;
  std::vector<Wanted> wanted_;
};

}  // namespace fovea::audit
