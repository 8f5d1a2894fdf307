#include "audit/erased_texts.h"

#include <algorithm>

namespace fovea::audit {

size_t ErasedTexts::add(size_t text, const attribution::Text& whole, std::vector<int64_t> positions) {
  std::sort(positions.begin(), positions.end());
  const auto [found, is_new] = known_.try_emplace({text, std::move(positions)}, asked_.size());
  if (is_new) {
    const std::vector<int64_t>& gone = found->first.second;
    asked_.push_back(how_ == Erased::kDeleted ? whole.without(gone) : whole.masked(gone));
    words_ += asked_.back().size();
  }
  return found->second;
}

std::vector<std::vector<double>> ErasedTexts::answer() {
  std::vector<std::vector<double>> logits =
      asked_.empty() ? std::vector<std::vector<double>>() : subject_.logits(asked_);
  asked_.clear();
  known_.clear();
  words_ = 0;
  return logits;
}

}  // namespace fovea::audit
