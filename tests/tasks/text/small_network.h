// Networks of every form that are small enough for gradients by hand, and a batch of texts for them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include "support/gradients.h"
#include "tasks/text/fixture.h"
#include "tasks/text/network.h"

namespace fovea::tasks::test_network {

inline constexpr TextModelSizes kSizes = {9, 3, 2};

inline TextModelOptions options_of(Structure structure, nn::EncoderKind encoder = nn::EncoderKind::kLstm,
                                   nn::PoolingKind attention = nn::PoolingKind::kAdditive) {
  TextModelOptions options = test::tiny_model(encoder, attention);
  options.structure = structure;
  options.rows = 3;
  return options;
}

// Texts of 5, 0, 1 and 7 words; the first has sentences of 2 and 3 words, the last of 1, 4 and 2.
inline data::TextBatch batch_of(const std::vector<int64_t>& chosen = {0, 1, 2, 3}) {
  data::EncodedTexts texts;
  const auto add = [&](std::vector<int32_t> ids, std::vector<int32_t> starts) { texts.add(ids, 0, starts); };
  add({1, 2, 3, 4, 5}, {0, 2});
  add({}, {});
  add({8}, {0});
  add({3, 7, 6, 5, 1, 2, 8}, {0, 1, 5});
  data::TextBatch batch = data::make_batch(texts, chosen, data::NgramTable(), data::Counted::kNo);
  batch.ratios = test::awkward({batch.ids.numel(), kSizes.ngram_ratios}, 0.8).to(at::kFloat);
  return batch;
}

inline TextModel model_of(const TextModelOptions& options) {
  TextModel model(options, kSizes, 5);
  test::convert(*model, at::kDouble);
  return model;
}

struct NetworkForm {
  Structure structure;
  nn::EncoderKind encoder;
  nn::PoolingKind attention;
  int64_t heads = 1;
  int64_t members = 1;
  Look look = Look::kPlain;
};

inline TextModelOptions options_of(const NetworkForm& form) {
  TextModelOptions options = options_of(form.structure, form.encoder, form.attention);
  options.heads = form.heads;
  options.members = form.members;
  options.look = form.look;
  options.encoder_heads = 2;
  return options;
}

inline std::string form_name(const testing::TestParamInfo<NetworkForm>& info) {
  std::string name = std::string(structure_name(info.param.structure)) + "_" + encoder_name(info.param.encoder) + "_" +
                     attention_name(info.param.attention) + std::to_string(info.param.heads) + "_" +
                     std::to_string(info.param.members) + (info.param.look == Look::kClear ? "_clear" : "");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace fovea::tasks::test_network
