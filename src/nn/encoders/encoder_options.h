// What an encoder is, for every kind of it.
#pragma once

#include <cstdint>

#include "nn/dropout.h"

namespace fovea::nn {

enum class EncoderKind { kLstm, kGru, kElman, kAverage, kCnn, kTransformer, kWord };

constexpr bool is_recurrent(EncoderKind kind) {
  return kind < EncoderKind::kAverage;
}

struct EncoderOptions {
  EncoderKind kind = EncoderKind::kLstm;
  int64_t input_size = 0;  // E, features of a word vector
  int64_t hidden_size =
      0;  // H, units per direction; of kCnn, kTransformer and kWord the features of a row; not used by kAverage
  int64_t layers = 1;        // not used by kAverage
  int64_t directions = 2;    // 1: left to right; 2: both, side by side in a memory row; of recurrent kinds only
  DropoutOptions dropout;    // on the states, between layers and after the last; kTransformer: on what each part adds
  int64_t filter_width = 3;  // kCnn: rows that a filter reads, odd
  int64_t heads = 4;         // kTransformer: of its self-attention; divides hidden_size
  bool rotary = false;       // kTransformer: places as nn::Positions::kRotary; a head's width is even then
};

}  // namespace fovea::nn
