// Small labelled texts on disk, for the tests of tasks and training.
#pragma once

#include <string>

#include "data/synthetic/reviews.h"
#include "support/scratch.h"
#include "tasks/text/data.h"
#include "tasks/text/network.h"

namespace fovea::test {

inline std::string write_reviews(const Scratch& scratch, const std::string& name, int64_t count, uint64_t seed) {
  std::string text;
  for (const data::MadeReview& review : data::make_reviews({count, 0.25, seed}))
    text += review.text + "\t" + review.label + "\n";
  return scratch.write(name, text);
}

inline tasks::TextDataOptions review_options(const Scratch& scratch, int64_t count, uint64_t seed = 3) {
  tasks::TextDataOptions options;
  options.paths = {write_reviews(scratch, "reviews.tsv", count, seed)};
  options.split.seed = seed;
  return options;
}

inline tasks::TextModelOptions tiny_model(nn::EncoderKind encoder = nn::EncoderKind::kLstm,
                                          nn::PoolingKind attention = nn::PoolingKind::kAdditive) {
  tasks::TextModelOptions model;
  model.encoder = encoder;
  model.attention = attention;
  model.look = tasks::Look::kPlain;
  model.embedding_size = 12;
  model.hidden_size = 10;
  model.attention_size = 9;
  model.embedding_dropout = model.state_dropout = model.output_dropout = 0.1;
  model.word_dropout = 0;
  return model;
}

}  // namespace fovea::test
