// The scores of a translator on sentence pairs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "metrics/sequence/scores.h"
#include "tasks/measured.h"
#include "tasks/model.h"

namespace fovea::tasks {

struct TestedPair {
  std::string source, translation, reference;
  int64_t line = 0;
  int64_t words = 0;     // of the source
  double nats = 0;       // that the model gives the reference
  int64_t subwords = 0;  // of the reference, the end among them
  bool complete = true;  // not cut off at the greatest length
  int seen = 0;          // +1: its source was in the training part, -1: in the validation part
};

class TranslationTest final : public TestResult {
 public:
  TranslationTest(std::vector<TestedPair> pairs, metrics::Tokenizer tokenizer, const Nouns& nouns);

  std::vector<Scored> scored() const override { return scored_; }
  std::vector<int64_t> sizes() const override;
  // What Measured::json() has: bleu, bleu_lowercase, chrf, ter, loss with intervals; perplexity, signatures, how many
  // words are repeated and left out, how many sources were seen in training, the worst sentences.
  Json json() const override;
  std::string report(const draw::Style& style) const override;
  std::vector<Told> told() const override;
  void name(const std::string& model, const std::string& data) override;

 private:
  double perplexity() const;
  std::vector<size_t> worst(size_t count) const;  // by sentence BLEU, rising

  std::vector<TestedPair> pairs_;
  bool of_characters_ = false;  // what is repeated and left out: the words of BLEU
  metrics::TranslationMetrics metrics_;
  metrics::TranslationMetric lower_;  // BLEU of all in lower case
  std::vector<Scored> scored_;
  std::unique_ptr<Measured> measured_;
  int64_t repeated_ = 0, dropped_ = 0, cut_off_ = 0;
  int64_t seen_in_training_ = 0, seen_in_validation_ = 0;
};

}  // namespace fovea::tasks
