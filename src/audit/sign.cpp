#include "audit/sign.h"

#include "metrics/trust/distance.h"

namespace fovea::audit {

std::vector<SignTexts> sign_of(Subject& subject, Erased how, const std::vector<Text>& texts, const Answers& answers,
                               const std::vector<std::vector<Order>>& orders) {
  std::vector<SignTexts> out(orders.size());
  ErasedTexts erased(subject, how);
  std::vector<std::vector<size_t>> waiting;  // [text since `first`][map]
  size_t first = 0;
  const auto take_answers = [&] {
    const auto logits = erased.answer();
    for (size_t i = 0; i < waiting.size(); ++i) {
      const size_t text = first + i, c = static_cast<size_t>(answers.answer[text]);
      for (size_t map = 0; map < orders.size(); ++map) {
        const double rise = metrics::probabilities_of(logits[waiting[i][map]])[c] - answers.probability(text);
        out[map].violates.push_back(rise > kRise);
        out[map].rises.push_back(rise > 0);
      }
    }
    first += waiting.size();
    waiting.clear();
  };
  for (size_t text = 0; text < texts.size(); ++text) {
    std::vector<size_t>& questions = waiting.emplace_back();
    for (const auto& of_map : orders) questions.push_back(erased.add(text, texts[text], {of_map[text].front()}));
    if (erased.words() >= kWordsPerRequest) take_answers();
  }
  take_answers();
  return out;
}

}  // namespace fovea::audit
