// The sentence pairs of a training part, however many: what does not fit in memory lies in a file.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/spilled.h"

namespace fovea::data {

struct PairView {
  std::string_view source, target;
  int64_t line = 0;  // from 1, of both files or of the table
};

class PairTexts {
 public:
  explicit PairTexts(const SpillOptions& spill = {}) : spill_(spill), texts_(spill), places_(spill) {}

  void add(const PairView& pair);
  void finish();  // nothing is added any more

  int64_t size() const { return places_.size(); }
  PairView operator[](int64_t pair) const;

  // Takes the pairs out for which gone(pair) is true; after finish().
  void erase_if(const std::function<bool(const PairView&)>& gone);

 private:
  struct Place {
    uint64_t begin;           // in the texts: a source, then its target
    uint32_t source, target;  // bytes of each
    int64_t line;
  };

  SpillOptions spill_;
  SpilledBytes texts_;
  Spilled<Place> places_;
};

}  // namespace fovea::data
