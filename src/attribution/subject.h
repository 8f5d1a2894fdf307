// A trained classifier as an audit asks it: texts are numbers of its vocabulary, what it answers is plain numbers. The
// real one is attribution/text_subject.h; tests of the audit make their own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fovea::attribution {

using Words = std::vector<int32_t>;  // a text; 0 is the unknown word, by which a word is masked

// What one look gives to each word; sums to 1 over a text that is not empty.
using Weights = std::vector<double>;

// Every look of a model at one text: of its rows, heads and members; one where it has a single one.
using Looks = std::vector<Weights>;

// What the model makes of one text. A text without words is answered by the label shares of the training part, and has
// no looks, no states.
struct Reading {
  std::vector<double> logits;          // [C], divided by the model's temperature
  std::vector<double> probabilities;   // [C]
  Weights weights;                     // [n], the mean of `looks`: what Fovea shows
  Looks looks;                         // hierarchical: one, word × sentence
  double conicity = 0;                 // mean cosine of the states to their mean, −1 … 1; of several members the mean
  std::vector<double> representation;  // [D], what the head reads; of several members one after the other
};

class Subject {
 public:
  virtual ~Subject() = default;

  virtual int64_t classes() const = 0;  // C

  // One reading per text, in order. Batches are made inside, here and below.
  virtual std::vector<Reading> read(std::span<const Words> texts) = 0;

  // Only the logits [C] of each, divided by the temperature: what erasure asks thousands of times.
  virtual std::vector<std::vector<double>> logits(std::span<const Words> texts) = 0;

  // The logits [C] that the states of `text` give under other weights, for each of `variants`. A variant has as many
  // looks as the reading has. Hierarchical: the weight of a sentence is the sum of its words', and the sentence encoder
  // reads what those weights make of each sentence. Weights that are those of the reading give its logits.
  virtual std::vector<std::vector<double>> logits_under(const Words& text, std::span<const Looks> variants) = 0;
};

}  // namespace fovea::attribution
