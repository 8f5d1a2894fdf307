// Answers for the tests of how they are shown, hostile ones among them.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "draw/pictures.h"
#include "tasks/text/answer.h"

namespace fovea::test {

inline const draw::Style kPlain{};

// `words` are looked for in `text` one after the other; code points are counted as bytes that do not continue one.
inline tasks::TextAnswer make_answer(const std::string& text, const std::vector<Word>& words,
                                     std::vector<tasks::LabelProbability> ranking = {{"positive", 0.77},
                                                                                     {"negative", 0.23}}) {
  const auto code_points = [&](size_t end) {
    int64_t count = 0;
    for (size_t at = 0; at < end; ++at) count += (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    return count;
  };
  tasks::TextAnswer answer;
  answer.text = text;
  answer.ranking = std::move(ranking);
  size_t at = 0;
  for (const Word& word : words) {
    const size_t start = text.find(word.text, at);
    if (start == std::string::npos) throw std::logic_error("the text lacks the word " + word.text);
    at = start + word.text.size();
    answer.tokens.push_back({word.text, static_cast<int64_t>(start), static_cast<int64_t>(at), code_points(start),
                             code_points(at), word.weight});
  }
  return answer;
}

// Of a model that may give several labels: only the less probable one is given, at thresholds of .7 and .3.
inline tasks::TextAnswer given_behind_another() {
  tasks::TextAnswer answer = make_answer("a b", {{"a", 0.5}, {"b", 0.5}}, {{"A", 0.6, false}, {"B", 0.5, true}});
  answer.multi_label = true;
  return answer;
}

// A text of two sentences, the second heavier; the weight of each word is its own times its sentence's.
inline tasks::TextAnswer two_sentences() {
  tasks::TextAnswer answer = make_answer("It is dull. But I laughed!", {{"It", 0.0625},
                                                                        {"is", 0.0625},
                                                                        {"dull", 0.125},
                                                                        {".", 0},
                                                                        {"But", 0.1875},
                                                                        {"I", 0.0},
                                                                        {"laughed", 0.375},
                                                                        {"!", 0.1875}});
  answer.sentences = {{0, 4, 0, 11, 0, 11, 0.25, {0.25, 0.25, 0.5, 0}},
                      {4, 4, 12, 26, 12, 26, 0.75, {0.25, 0, 0.5, 0.25}}};
  return answer;
}

inline tasks::TextAnswer hostile_answer() {
  tasks::TextAnswer answer =
      make_answer(kHostileText, hostile_parts(), {{kHostileLabel, 0.625}, {"other \"label\"", 0.375}});
  answer.truth = "other \"label\"";
  return answer;
}

inline tasks::TextAnswer prior_answer() {
  tasks::TextAnswer answer;
  answer.text = " \t";
  answer.ranking = {{"negative", 0.5625}, {"positive", 0.4375}};
  answer.prior = true;
  return answer;
}

}  // namespace fovea::test
