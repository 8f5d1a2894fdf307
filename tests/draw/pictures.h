// Pictures for the tests of draw/ and report/, hostile ones among them.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "draw/hostile_text.h"
#include "draw/picture.h"

namespace fovea::test {

struct Word {
  std::string text;
  double weight = 0;
};

// `words` are looked for in `text` one after the other.
inline draw::ShadedWords make_words(const std::string& text, const std::vector<Word>& words) {
  draw::ShadedWords picture;
  size_t end = 0;
  for (const Word& word : words) {
    const size_t start = text.find(word.text, end);
    if (start == std::string::npos) throw std::logic_error("the text lacks the word " + word.text);
    picture.gaps.push_back(text.substr(end, start - end));
    picture.words.push_back(word.text);
    picture.weights.push_back(word.weight);
    end = start + word.text.size();
  }
  picture.gaps.push_back(text.substr(end));
  return picture;
}

// A text of two sentences, the second heavier; the weight of each word is its own times its sentence's.
inline draw::ShadedWords words_of_two_sentences() {
  draw::ShadedWords picture = make_words("It is dull. But I laughed!", {{"It", 0.0625},
                                                                        {"is", 0.0625},
                                                                        {"dull", 0.125},
                                                                        {".", 0},
                                                                        {"But", 0.1875},
                                                                        {"I", 0.0},
                                                                        {"laughed", 0.375},
                                                                        {"!", 0.1875}});
  picture.sentences = {{0, 0.25}, {4, 0.75}};
  return picture;
}

// kHostileText, cut at its spaces; weights that differ and sum to 1.
inline std::vector<Word> hostile_parts() {
  std::vector<Word> words;
  std::string word;
  for (const char c : kHostileText + " ") {
    if (c != ' ') {
      word += c;
    } else if (!word.empty()) {
      words.push_back({word, 0});
      word.clear();
    }
  }
  const double n = static_cast<double>(words.size());
  for (size_t i = 0; i < words.size(); ++i) words[i].weight = 2 * (static_cast<double>(i) + 1) / (n * (n + 1));
  return words;
}

inline draw::ShadedWords hostile_words() {
  return make_words(kHostileText, hostile_parts());
}

}  // namespace fovea::test
