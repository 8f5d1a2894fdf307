// A small translator with parameters as they begin, and sentences for it.
#pragma once

#include <vector>

#include "ops/aten.h"
#include "tasks/translation/translate.h"

namespace fovea::tasks {

inline TranslationModelOptions small_options() {
  TranslationModelOptions options;
  options.embedding_size = 12;
  options.hidden_size = 10;
  options.attention_size = 8;
  return options;
}

inline Translator small_translator(const TranslationModelOptions& options = small_options(), bool joint = false) {
  Translator network = make_translator(
      options, TranslatorImpl::Sizes{.source = 20, .target = joint ? 20 : 15, .joint = joint}, nn::Stream(7));
  // Begins as 0, where nothing hangs on it.
  const at::NoGradGuard guard;
  auto parameters = network->named_parameters();
  if (at::Tensor* key = parameters.find("coverage_key")) key->copy_(at::arange(key->numel()) / 4 - 1);
  return network;
}

inline const std::vector<std::vector<int32_t>> kSources = {{5, 9, 3, 2}, {2}, {11, 4, 4, 19, 7, 8, 2}, {6, 2}};
inline const std::vector<std::vector<int32_t>> kTargets = {{4, 14, 3}, {}, {7, 7, 9, 10, 11, 12}, {5}};

}  // namespace fovea::tasks
