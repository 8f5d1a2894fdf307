// Texts as numbers, stored end to end, and the tensors of a batch of them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea::data {

// Many texts as vocabulary ids: text i owns ids[offsets[i]] … ids[offsets[i+1]-1]. 4 bytes a token.
class EncodedTexts {
 public:
  void add(std::span<const int32_t> ids, int32_t label);

  int64_t size() const { return static_cast<int64_t>(labels_.size()); }
  int64_t tokens() const { return static_cast<int64_t>(ids_.size()); }
  std::span<const int32_t> text(int64_t i) const;
  int32_t label(int64_t i) const { return labels_[static_cast<size_t>(i)]; }
  std::vector<int64_t> lengths() const;

 private:
  std::vector<int32_t> ids_;
  std::vector<int64_t> offsets_ = {0};
  std::vector<int32_t> labels_;
};

// A ragged batch (docs/structure.md): all tensors are int64 on the CPU.
struct TextBatch {
  at::Tensor ids;      // [N]
  at::Tensor offsets;  // [B+1]
  at::Tensor labels;   // [B]
};

TextBatch make_batch(const EncodedTexts& texts, std::span<const int64_t> examples);

}  // namespace fovea::data
