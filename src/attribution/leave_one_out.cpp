#include "attribution/leave_one_out.h"

#include <algorithm>
#include <cmath>

namespace fovea::attribution {
namespace {

constexpr int64_t kWordsAtOnce = 1'000'000;  // of texts without a word: what is held, not what is read in one pass

std::vector<double> softmax(std::span<const double> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> probabilities;
  double sum = 0;
  for (const double logit : logits) sum += probabilities.emplace_back(std::exp(logit - highest));
  for (double& probability : probabilities) probability /= sum;
  return probabilities;
}

double loss_of(Loss loss, const std::vector<double>& whole, const std::vector<double>& rest, int64_t towards) {
  const auto c = static_cast<size_t>(towards);
  if (loss == Loss::kSigned) return whole[c] - rest[c];
  double sum = 0;
  for (size_t y = 0; y < whole.size(); ++y) sum += std::abs(whole[y] - rest[y]);
  return sum / 2;
}

class Losses {
 public:
  Losses(Subject& subject, std::span<const Text> texts, std::span<const int64_t> towards, Loss loss)
      : subject_(subject), texts_(texts), towards_(towards), loss_(loss), all_(texts.size()) {
    for (const std::vector<double>& logits : subject.logits(texts)) whole_.push_back(softmax(logits));
  }

  std::vector<Attribution> run() {
    for (size_t t = 0; t < texts_.size(); ++t) {
      all_[t].scores.resize(texts_[t].ids.size());
      for (int64_t i = 0; i < texts_[t].size(); ++i) leave_out(t, i);
    }
    read();
    return std::move(all_);
  }

 private:
  void leave_out(size_t text, int64_t word) {
    rest_.push_back(texts_[text].without({&word, 1}));
    left_out_.push_back({text, static_cast<size_t>(word)});
    words_ += rest_.back().size();
    if (words_ >= kWordsAtOnce) read();
  }

  void read() {
    const std::vector<std::vector<double>> logits = subject_.logits(rest_);
    for (size_t r = 0; r < rest_.size(); ++r) {
      const auto [t, i] = left_out_[r];
      all_[t].scores[i] = loss_of(loss_, whole_[t], softmax(logits[r]), towards_[t]);
    }
    rest_.clear();
    left_out_.clear();
    words_ = 0;
  }

  struct Place {
    size_t text, word;
  };

  Subject& subject_;
  std::span<const Text> texts_;
  std::span<const int64_t> towards_;
  Loss loss_;
  std::vector<Attribution> all_;
  std::vector<std::vector<double>> whole_;  // probabilities of each text
  std::vector<Text> rest_;
  std::vector<Place> left_out_;
  int64_t words_ = 0;
};

}  // namespace

std::vector<Attribution> leave_one_out(Subject& subject, std::span<const Text> texts, std::span<const int64_t> towards,
                                       Loss loss) {
  return Losses(subject, texts, towards, loss).run();
}

}  // namespace fovea::attribution
