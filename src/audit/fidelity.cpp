#include "audit/fidelity.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "audit/erased_texts.h"
#include "audit/number.h"
#include "audit/order.h"
#include "base/random.h"
#include "metrics/trust/fidelity.h"

namespace fovea::audit {
namespace {

// The questions of one text and map: with words of one part dropped, as often as asked.
struct Asked {
  size_t text = 0, map = 0;
  bool top = false;
  std::vector<size_t> questions;
};

std::vector<int64_t> dropped(std::span<const int64_t> part, double probability, uint64_t base, uint64_t& draw) {
  std::vector<int64_t> out;
  for (const int64_t position : part) {
    if (uniform(base, draw++) < probability) out.push_back(position);
  }
  return out;
}

}  // namespace

std::vector<FidelityTexts> fidelity_of(Subject& subject, const Material& material, const std::vector<Map>& maps,
                                       const FidelityOptions& options, const std::function<void(double)>& progress) {
  const size_t count = material.texts.size();
  std::vector<FidelityTexts> out(maps.size());
  for (FidelityTexts& map : out) map.plus.assign(count, kNone), map.minus.assign(count, kNone);
  std::vector<std::vector<Order>> orders;
  for (const Map& map : maps) orders.push_back(orders_of(map.scores, options.seed));
  const std::vector<std::vector<double>> whole = subject.logits(material.texts);
  ErasedTexts asking(subject, Erased::kMasked);
  std::vector<Asked> asked;
  const auto take = [&] {
    const std::vector<std::vector<double>> answers = asking.answer();
    for (const Asked& one : asked) {
      const int64_t truth = material.truth[one.text];
      const auto right = std::make_unique<bool[]>(one.questions.size());
      for (size_t i = 0; i < one.questions.size(); ++i) right[i] = largest(answers[one.questions[i]]) == truth;
      const double value = metrics::fidelity(largest(whole[one.text]) == truth, {right.get(), one.questions.size()});
      (one.top ? out[one.map].plus : out[one.map].minus)[one.text] = value;
    }
    asked.clear();
  };
  for (size_t text = 0; text < count; ++text) {
    const Text& words = material.texts[text];
    if (material.truth[text] < 0 || words.size() == 0) continue;
    const auto n = static_cast<size_t>(words.size());
    const size_t top = std::min(n, static_cast<size_t>(std::ceil(options.share * static_cast<double>(n) - 1e-9)));
    for (size_t map = 0; map < maps.size(); ++map) {
      const std::span<const int64_t> order(orders[map][text]);
      for (const bool first : {true, false}) {
        const std::span<const int64_t> part = first ? order.first(top) : order.subspan(top);
        const double probability = metrics::fidelity_drop(n, part.size(), options.alpha, options.beta);
        const uint64_t base = stream_base({options.seed, Purpose::kFidelity, text * 2 + (first ? 1 : 0)});
        uint64_t draw = 0;
        Asked one{text, map, first, {}};
        for (int i = 0; i < options.draws; ++i) {
          one.questions.push_back(asking.add(text, words, dropped(part, probability, base, draw)));
        }
        asked.push_back(std::move(one));
      }
    }
    if (asking.words() > kWordsPerRequest) {
      take();
      progress(static_cast<double>(text + 1) / static_cast<double>(count));
    }
  }
  take();
  progress(1);
  return out;
}

}  // namespace fovea::audit
