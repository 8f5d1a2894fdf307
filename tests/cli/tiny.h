// Small labelled texts, the four formats they can be written in, and settings with which they train in half a second.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace fovea::test {

struct LabelledText {
  std::string label, text;
};

// `count` distinct texts, half of them good: quotes, commas, Chinese, Arabic and emoji among them, so that every format
// has something to quote and bytes are not code points.
inline std::vector<LabelledText> tiny_reviews(int count) {
  const std::vector<std::string> good = {"lovely", "bright, warm", "\"superb\"", "很好", "رائع"};
  const std::vector<std::string> bad = {"dreadful", "dull, cold", "\"stale\"", "很差", "سيئ"};
  const std::vector<std::string> things = {"film", "hotel 🏨", "meal", "song", "walk", "story", "room's view"};
  std::vector<LabelledText> reviews;
  for (int i = 0; i < count; ++i) {
    const size_t at = static_cast<size_t>(i);
    const bool is_good = i % 2 == 0;
    const std::string& verdict = (is_good ? good : bad)[at / 2 % good.size()];
    reviews.push_back({is_good ? "good" : "bad", "visit " + std::to_string(i) + " : a " + verdict + " " +
                                                     things[at * 5 % things.size()] + " , seen " +
                                                     std::to_string(i * 7 % 31) + " times"});
  }
  return reviews;
}

inline std::string label_lines(const std::vector<LabelledText>& reviews) {
  std::string out;
  for (const LabelledText& review : reviews) out += "__label__" + review.label + " " + review.text + "\n";
  return out;
}

inline std::string plain_lines(const std::vector<LabelledText>& reviews) {
  std::string out;
  for (const LabelledText& review : reviews) out += review.text + "\n";
  return out;
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

inline std::vector<std::string> join(const std::vector<std::vector<std::string>>& parts) {
  std::vector<std::string> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline const std::vector<std::string> kTinySizes = {"--embedding-size", "8", "--hidden-size", "8",
                                                    "--attention-size", "8"};
inline const std::vector<std::string> kTiny = join({kTinySizes, {"--max-epochs", "2", "--quiet"}});

}  // namespace fovea::test
