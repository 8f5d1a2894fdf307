// What all n-grams of a text together say about its class. A ratio judges an n-gram by itself, so that "not", "not
// good" and "not good at all" count three times; weights learnt together share what they say alike.
#pragma once

#include <cstdint>
#include <vector>

namespace fovea::data {

// K: one for two classes (the second against the first), else one per class against all others.
struct NgramWeights {
  std::vector<float> mean;  // [n, K] over the models; empty: none were learnt
  int64_t folds = 0;  // models, of which model f was learnt without the texts of fold f; 0: their mean alone is kept
  std::vector<float> each;  // [folds, n, K]
  float scale = 1;          // by which both were multiplied; ngrams.cpp says what for

  void rescale(float by);
};

// Texts as sets of n-grams, each a row of a table: text t holds entries[offsets[t]] … entries[offsets[t+1]-1].
struct NgramTexts {
  std::vector<int32_t> entries;
  std::vector<int64_t> offsets = {0};
  std::vector<int32_t> labels, folds;  // of each text
};

constexpr int64_t kMaxNgramFolds = 20;

// For each fold and class a linear support vector machine (squared hinge, by dual coordinate descent: Hsieh et al.
// 2008) on n-grams scaled by their log-count ratios, as Wang & Manning (2012) have it, learnt from the texts of all
// other folds. An n-gram that those do not hold keeps what `start` says of it, from which learning also begins.
// `start`: [n, K] of another training, or nothing. The scale is 1. The result does not depend on `threads`. Empty where
// going through the texts once for all of them would take more than kMostNgramVisits.
NgramWeights learn_ngram_weights(const NgramTexts& texts, int64_t n, int64_t classes, int64_t folds,
                                 const std::vector<float>& start, int64_t threads);

constexpr int64_t kMostNgramVisits = 6'000'000'000;  // n-grams of texts times folds times K; about 15 s on two cores

}  // namespace fovea::data
