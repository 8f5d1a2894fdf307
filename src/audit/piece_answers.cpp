#include "audit/piece_answers.h"

#include <bit>

#include "audit/number.h"
#include "metrics/trust/distance.h"

namespace fovea::audit {

void PieceAnswers::want(size_t text, Pieces gone) {
  if (!drops_[text].try_emplace(gone, kNone).second) return;
  const std::vector<int64_t>& begins = begins_[text];
  std::vector<int64_t> positions;
  for (size_t piece = 0; piece < begins.size(); ++piece) {
    if (!(gone >> piece & 1)) continue;
    const int64_t end = piece + 1 < begins.size() ? begins[piece + 1] : texts_[text].size();
    for (int64_t at = begins[piece]; at < end; ++at) positions.push_back(at);
  }
  const size_t question = erased_.add(text, texts_[text], std::move(positions));
  wanted_.push_back({text, gone, question});
  if (erased_.words() >= kWordsPerRequest) fetch();
}

void PieceAnswers::fetch() {
  const auto logits = erased_.answer();
  for (const Wanted& one : wanted_) {
    const size_t c = static_cast<size_t>(answers_.answer[one.text]);
    const double left = metrics::probabilities_of(logits[one.question])[c];
    drops_[one.text][one.gone] = answers_.probability(one.text) - left;
  }
  wanted_.clear();
}

PieceAnswers::Extremes PieceAnswers::extremes(size_t text) const {
  Extremes out;
  out.least.assign(pieces(text) - 1, kNone);
  out.most = out.least;
  for (const auto& [gone, drop] : drops_[text]) {
    const auto count = static_cast<size_t>(std::popcount(gone));
    if (count == 0 || count > out.least.size()) continue;
    double &least = out.least[count - 1], &most = out.most[count - 1];
    if (!(least <= drop)) least = drop;
    if (!(most >= drop)) most = drop;
  }
  return out;
}

}  // namespace fovea::audit
