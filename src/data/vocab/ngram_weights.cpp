#include "data/vocab/ngram_weights.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/errors.h"
#include "base/parallel.h"
#include "base/random.h"

namespace fovea::data {
namespace {

// Both chosen on held-out parts of the training rows of SST-2, MR, TREC and AG News (docs/accuracy.md).
constexpr double kCost = 0.3;
constexpr int kMostPasses = 40;
constexpr double kCalm = 0.01;  // a pass that changes no margin by more than this is the last

// One model: `positive` against all other classes, without the texts of `left_out`.
class Machine {
 public:
  Machine(const NgramTexts& texts, int64_t n, int32_t positive, int32_t left_out)
      : texts_(texts), positive_(positive), features_(static_cast<size_t>(n)) {
    for (size_t t = 0; t < texts.labels.size(); ++t) {
      if (texts.folds[t] != left_out) chosen_.push_back(static_cast<int32_t>(t));
    }
  }

  // Writes what each n-gram adds to the margin into out[0], out[stride], …, where `start` [n, stride] begins as `out`.
  void learn(const float* start, int passes, float* out, int64_t stride) {
    if (make_ratios()) {
      if (start) add_start(start, stride);
      for (int pass = 0; pass < passes && go_through(pass) > kCalm; ++pass) continue;
    }
    for (size_t i = 0; i < features_.size(); ++i) {
      const auto at = static_cast<int64_t>(i) * stride;
      out[at] = (start ? start[at] : 0) + features_[i].weight * features_[i].ratio;
    }
  }

 private:
  struct Feature {
    float ratio = 0, weight = 0;
  };

  std::span<const int32_t> entries(int32_t t) const {
    const auto from = static_cast<size_t>(texts_.offsets[static_cast<size_t>(t)]);
    return {texts_.entries.data() + from, static_cast<size_t>(texts_.offsets[static_cast<size_t>(t) + 1]) - from};
  }
  bool is_positive(int32_t t) const { return texts_.labels[static_cast<size_t>(t)] == positive_; }

  // False where one of the two sides has no text.
  bool make_ratios() {
    double inside_texts = 0;
    std::vector<float> inside(features_.size(), 0), all(features_.size(), 0);
    for (const int32_t t : chosen_) {
      if (is_positive(t)) ++inside_texts;
      for (const int32_t e : entries(t)) {
        ++all[static_cast<size_t>(e)];
        if (is_positive(t)) ++inside[static_cast<size_t>(e)];
      }
    }
    const double outside_texts = static_cast<double>(chosen_.size()) - inside_texts;
    if (inside_texts == 0 || outside_texts == 0) return false;
    const double share = inside_texts / static_cast<double>(chosen_.size());
    for (size_t i = 0; i < features_.size(); ++i) {
      if (all[i] == 0) continue;
      features_[i].ratio = static_cast<float>(std::log((inside[i] + 2 * share) / inside_texts) -
                                              std::log((all[i] - inside[i] + 2 * (1 - share)) / outside_texts));
    }
    alphas_.assign(chosen_.size(), 0);
    starts_.assign(chosen_.size(), 0);
    for (size_t i = 0; i < chosen_.size(); ++i) {
      order_.push_back(static_cast<int32_t>(i));
      double square = 1 + 0.5 / kCost;  // 1: the constant feature
      for (const int32_t e : entries(chosen_[i])) {
        const double ratio = features_[static_cast<size_t>(e)].ratio;
        square += ratio * ratio;
      }
      squares_.push_back(square);
    }
    return true;
  }

  void add_start(const float* start, int64_t stride) {
    for (size_t i = 0; i < chosen_.size(); ++i) {
      for (const int32_t e : entries(chosen_[i])) starts_[i] += start[static_cast<int64_t>(e) * stride];
    }
  }

  // The largest change of a margin.
  double go_through(int pass) {
    const uint64_t draw = mix64(static_cast<uint64_t>(pass) ^ 0x4e6772616d576569);  // "NgramWei"
    for (size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[mix64(draw ^ i) % i]);
    double largest = 0;
    for (const int32_t place : order_) {
      const auto i = static_cast<size_t>(place);
      const std::span<const int32_t> own = entries(chosen_[i]);
      const double sign = is_positive(chosen_[i]) ? 1 : -1;
      double margin = bias_ + starts_[i];
      for (const int32_t e : own) {
        const Feature& feature = features_[static_cast<size_t>(e)];
        margin += feature.weight * feature.ratio;
      }
      const double slope = sign * margin - 1 + alphas_[i] * 0.5 / kCost;
      const double alpha = std::max(alphas_[i] - slope / squares_[i], 0.0), step = sign * (alpha - alphas_[i]);
      if (step == 0) continue;
      largest = std::max(largest, std::abs(step) * squares_[i]);
      alphas_[i] = alpha;
      bias_ += step;
      for (const int32_t e : own) {
        Feature& feature = features_[static_cast<size_t>(e)];
        feature.weight += static_cast<float>(step) * feature.ratio;
      }
    }
    return largest;
  }

  const NgramTexts& texts_;
  const int32_t positive_;
  std::vector<Feature> features_;
  std::vector<int32_t> chosen_, order_;            // texts; places in chosen_
  std::vector<double> alphas_, starts_, squares_;  // of the chosen
  double bias_ = 0;
};

void take_mean(NgramWeights& weights, int64_t block) {
  weights.mean.assign(static_cast<size_t>(block), 0);
  for (int64_t i = 0; i < block; ++i) {
    double sum = 0;
    for (int64_t f = 0; f < weights.folds; ++f) sum += weights.each[static_cast<size_t>(f * block + i)];
    weights.mean[static_cast<size_t>(i)] = static_cast<float>(sum / static_cast<double>(weights.folds));
  }
}

}  // namespace

void NgramWeights::rescale(float by) {
  for (float& value : mean) value *= by;
  for (float& value : each) value *= by;
  scale *= by;
}

NgramWeights learn_ngram_weights(const NgramTexts& texts, int64_t n, int64_t classes, int64_t folds,
                                 const std::vector<float>& start, int64_t threads) {
  const int64_t width = classes == 2 ? 1 : classes, block = n * width, models = folds * width;
  FOVEA_CHECK(folds >= 2 && folds <= kMaxNgramFolds, folds);
  FOVEA_CHECK(start.empty() || std::ssize(start) == block, start.size(), block);
  const int64_t visits = std::ssize(texts.entries) * models;
  if (visits > kMostNgramVisits) return {};
  const auto passes =
      static_cast<int>(std::clamp<int64_t>(kMostNgramVisits / std::max<int64_t>(visits, 1), 1, kMostPasses));
  NgramWeights weights;
  weights.folds = folds;
  weights.each.assign(static_cast<size_t>(folds * block), 0);
  in_parallel(models, threads, [&](int64_t model) {
    const int64_t fold = model / width, c = model % width;
    Machine machine(texts, n, static_cast<int32_t>(classes == 2 ? 1 : c), static_cast<int32_t>(fold));
    machine.learn(start.empty() ? nullptr : start.data() + c, passes, weights.each.data() + fold * block + c, width);
  });
  take_mean(weights, block);
  return weights;
}

}  // namespace fovea::data
