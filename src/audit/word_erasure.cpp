#include "audit/word_erasure.h"

#include "base/errors.h"
#include "metrics/trust/distance.h"
#include "metrics/trust/erasure.h"

namespace fovea::audit {
namespace {

using Counts = std::array<size_t, 5>;

// The questions of one order of one text: without its first k words, and with only them.
struct Questions {
  std::array<size_t, 5> without{}, only{};
};

Questions ask(ErasedTexts& erased, size_t number, const Text& text, const Order& order, const Counts& counts) {
  Questions out;
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const auto split = order.begin() + static_cast<std::ptrdiff_t>(counts[bin]);
    out.without[bin] = erased.add(number, text, {order.begin(), split});
    out.only[bin] = erased.add(number, text, {split, order.end()});
  }
  return out;
}

void note(WordErasure& out, size_t text, const Questions& questions, const std::vector<std::vector<double>>& logits,
          const Reading& whole, size_t c, const Counts& counts) {
  const double p = whole.probabilities[c], odds = metrics::log_odds(whole.logits, c);
  std::array<double, 5> odds_without{}, odds_only{};
  for (size_t bin = 0; bin < counts.size(); ++bin) {
    const auto &without = logits[questions.without[bin]], &only = logits[questions.only[bin]];
    out.without[text][bin] = p - metrics::probabilities_of(without)[c];
    out.only[text][bin] = p - metrics::probabilities_of(only)[c];
    odds_without[bin] = odds - metrics::log_odds(without, c);
    odds_only[bin] = odds - metrics::log_odds(only, c);
  }
  out.comprehensiveness[text] = metrics::aopc(out.without[text], counts);
  out.sufficiency[text] = metrics::aopc(out.only[text], counts);
  out.comprehensiveness_odds[text] = metrics::aopc(odds_without, counts);
  out.sufficiency_odds[text] = metrics::aopc(odds_only, counts);
}

WordErasure empty_erasure(size_t texts) {
  WordErasure out;
  for (auto* values : {&out.comprehensiveness, &out.sufficiency, &out.comprehensiveness_odds, &out.sufficiency_odds}) {
    values->assign(texts, 0);
  }
  out.without.resize(texts);
  out.only.resize(texts);
  return out;
}

}  // namespace

std::vector<WordErasure> erase_words(Subject& subject, Erased how, const std::vector<Text>& texts,
                                     const Answers& answers, const std::vector<std::vector<Order>>& orders,
                                     const std::function<void(double)>& progress) {
  std::vector<WordErasure> out(orders.size(), empty_erasure(texts.size()));
  ErasedTexts erased(subject, how);
  std::vector<std::vector<Questions>> waiting;  // [text since `first`][map]
  size_t first = 0;
  const auto take_answers = [&] {
    const auto logits = erased.answer();
    for (size_t i = 0; i < waiting.size(); ++i) {
      const size_t text = first + i;
      const Counts counts = metrics::erasure_counts(texts[text].ids.size());
      for (size_t map = 0; map < orders.size(); ++map) {
        note(out[map], text, waiting[i][map], logits, answers.readings[text], static_cast<size_t>(answers.answer[text]),
             counts);
      }
    }
    first += waiting.size();
    waiting.clear();
    progress(static_cast<double>(first) / static_cast<double>(texts.size()));
  };
  for (size_t text = 0; text < texts.size(); ++text) {
    const Counts counts = metrics::erasure_counts(texts[text].ids.size());
    std::vector<Questions>& questions = waiting.emplace_back();
    for (const auto& of_map : orders) questions.push_back(ask(erased, text, texts[text], of_map[text], counts));
    if (erased.words() >= kWordsPerRequest) take_answers();
  }
  if (!waiting.empty()) take_answers();
  return out;
}

WordErasure mean_of(const std::vector<WordErasure>& draws) {
  FOVEA_CHECK(!draws.empty());
  const size_t texts = draws.front().comprehensiveness.size();
  const double share = 1 / static_cast<double>(draws.size());
  WordErasure out = empty_erasure(texts);
  for (const WordErasure& draw : draws) {
    for (size_t text = 0; text < texts; ++text) {
      out.comprehensiveness[text] += share * draw.comprehensiveness[text];
      out.sufficiency[text] += share * draw.sufficiency[text];
      out.comprehensiveness_odds[text] += share * draw.comprehensiveness_odds[text];
      out.sufficiency_odds[text] += share * draw.sufficiency_odds[text];
      for (size_t bin = 0; bin < 5; ++bin) {
        out.without[text][bin] += share * draw.without[text][bin];
        out.only[text][bin] += share * draw.only[text][bin];
      }
    }
  }
  return out;
}

}  // namespace fovea::audit
