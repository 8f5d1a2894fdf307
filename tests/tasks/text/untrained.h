// Untrained classifiers over made-up reviews.
#pragma once

#include "tasks/text/classifier.h"
#include "tasks/text/fixture.h"

namespace fovea::test {

inline tasks::TextClassifierParts make_parts(const tasks::TextData& data, const tasks::TextModelOptions& model) {
  return {model,           data.text,   data.layout,           data.labels,          data.label_counts,
          data.vocabulary, data.ngrams, data.train_identities, data.valid_identities};
}

inline tasks::TextModelSizes sizes_of(const tasks::TextData& data) {
  return {data.vocabulary.size(), 2, data.ngrams.width()};
}

struct Made {
  Scratch scratch;
  tasks::TextData data = tasks::load_text_data(review_options(scratch, 300));

  tasks::TextClassifier classifier(nn::PoolingKind attention, nn::EncoderKind encoder = nn::EncoderKind::kGru) {
    const tasks::TextModelOptions options = tiny_model(encoder, attention);
    return tasks::TextClassifier(make_parts(data, options), tasks::TextModel(options, sizes_of(data), 5));
  }
};

}  // namespace fovea::test
