#include "flows/parts_told.h"

#include <algorithm>
#include <cmath>

namespace fovea::flows {
namespace {

constexpr double kTakes = 0.05;  // what an answer must lose by a word for it to count as one it hangs on
constexpr size_t kMostTold = 10;
constexpr int64_t kFewestTold = 2;  // inputs, else it is one text's story
constexpr const char* kPlaces[] = {"punctuation", "numbers", "the first {part}", "the last {part}"};

bool has(const std::string& word, bool (*is)(unsigned char)) {
  return std::any_of(word.begin(), word.end(), is);
}

// Other scripts' letters and marks are not told apart: they count as letters.
bool is_letter(unsigned char byte) {
  return byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
bool is_digit(unsigned char byte) {
  return byte >= '0' && byte <= '9';
}

std::string small(std::string word) {
  for (char& letter : word) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return word;
}

size_t largest_of(const std::vector<double>& values) {
  return static_cast<size_t>(std::max_element(values.begin(), values.end()) - values.begin());
}

}  // namespace

void PartsTold::add(const tasks::Spelled& spelled, const std::vector<double>& scores,
                    const std::vector<double>& losses) {
  const size_t count = scores.size();
  std::vector<std::string> words;
  for (const auto& [start, end] : spelled.parts) {
    words.push_back(spelled.text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
  }
  const size_t strongest = largest_of(losses);
  if (losses[strongest] > kTakes) {
    audit::TellingPart& told = by_name_[small(words[strongest])];
    told.named += largest_of(scores) == strongest;
    told.takes += (losses[strongest] - told.takes) / static_cast<double>(++told.strongest);
  }
  double sum = 0;
  for (const double score : scores) sum += std::abs(score);
  inputs_ += 1;
  for (size_t i = 0; i < count; ++i) {
    const double even = 1 / static_cast<double>(count), share = sum > 0 ? std::abs(scores[i]) / sum : even;
    const bool letters = has(words[i], is_letter), number = !letters && has(words[i], is_digit);
    const bool at[] = {!letters && !number, number, i == 0, i + 1 == count};
    for (size_t place = 0; place < share_.size(); ++place) {
      share_[place] += at[place] ? share : 0;
      even_[place] += at[place] ? even : 0;
    }
  }
}

std::vector<audit::TellingPart> PartsTold::telling() const {
  std::vector<audit::TellingPart> out;
  for (const auto& [name, told] : by_name_) {
    if (told.strongest < kFewestTold) continue;
    out.push_back(told);
    out.back().name = name;
  }
  const auto missed = [](const audit::TellingPart& told) { return told.strongest - told.named; };
  std::stable_sort(out.begin(), out.end(), [&](const auto& a, const auto& b) { return missed(a) > missed(b); });
  std::erase_if(out, [&](const auto& told) { return missed(told) == 0; });
  out.resize(std::min(out.size(), kMostTold));
  return out;
}

std::vector<audit::MassAt> PartsTold::mass() const {
  std::vector<audit::MassAt> out;
  for (size_t place = 0; place < share_.size() && inputs_ > 0; ++place) {
    out.push_back({kPlaces[place], share_[place] / inputs_, even_[place] / inputs_});
  }
  return out;
}

}  // namespace fovea::flows
