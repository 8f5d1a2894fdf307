#include "tasks/text/init.h"

#include <algorithm>
#include <numeric>

#include <ATen/core/grad_mode.h>

#include "base/errors.h"
#include "ops/aten.h"

namespace fovea::tasks {
namespace {

// For each index of an axis now, its index in the model that training starts from; -1 where it is new.
using Axis = std::vector<int64_t>;

Axis same(int64_t size, int64_t known) {
  Axis axis(static_cast<size_t>(size), -1);
  std::iota(axis.begin(), axis.begin() + std::min(size, known), int64_t{0});
  return axis;
}

Axis class_axis(const std::vector<std::string>& now, const std::vector<std::string>& known) {
  Axis axis;
  for (const std::string& label : now) {
    const auto found = std::find(known.begin(), known.end(), label);
    axis.push_back(found == known.end() ? -1 : found - known.begin());
  }
  return axis;
}

// Where ratios do not end an axis.
[[noreturn]] void refuse_labels() {
  throw UserError(ExitCode::kUsage, "--init: the data has new labels, and the n-gram ratios of this model cannot grow",
                  "Train such a model anew on all the data, or one with --ngrams 0.");
}

// The ratios are the last features of an axis: by length and then the weights, each by class; of two classes one
// number, the second's.
Axis ratio_axis(int64_t size, int64_t known_size, const data::NgramTable& now, const data::NgramTable& known,
                const Axis& classes) {
  const int64_t features = size - now.width();
  if (features != known_size - known.width()) refuse_labels();
  Axis axis = same(features, features);
  const int64_t blocks = std::max<int64_t>(now.blocks(), 1);
  const int64_t per_length = now.width() / blocks, known_per_length = known.width() / blocks;
  for (int64_t r = 0; r < now.width(); ++r) {
    const int64_t length = r / per_length;
    const int64_t known_class = per_length == 1 ? 1 : classes[static_cast<size_t>(r % per_length)];
    int64_t column = -1;
    if (known_per_length == 1 && known_class == 1) column = 0;
    if (known_per_length > 1 && known_class >= 0) column = known_class;
    axis.push_back(column < 0 ? -1 : features + length * known_per_length + column);
  }
  return axis;
}

// A row without a source keeps its values; a column without one becomes 0, so that the new feature starts unheard.
void copy_along(at::Tensor now, const at::Tensor& known, const Axis& rows, const Axis& columns) {
  const int64_t width = static_cast<int64_t>(columns.size()), known_width = known.numel() / known.size(0);
  float* out = now.mutable_data_ptr<float>();
  const float* in = known.const_data_ptr<float>();
  for (size_t r = 0; r < rows.size(); ++r) {
    if (rows[r] < 0) continue;
    for (int64_t c = 0; c < width; ++c) {
      float& value = out[static_cast<int64_t>(r) * width + c];
      const int64_t source = columns[static_cast<size_t>(c)];
      value = source >= 0 ? in[rows[r] * known_width + source] : 0;
    }
  }
}

// "member2.head.weight" is "head.weight" there.
std::string name_in_member(const std::string& parameter) {
  return parameter.starts_with("member") ? parameter.substr(parameter.find('.') + 1) : parameter;
}

}  // namespace

TextBase base_of(const TextClassifier& model, const std::string& path, const std::string& sha256) {
  const TextClassifierParts& parts = model.parts();
  return {path,
          sha256,
          parts.vocabulary,
          parts.labels,
          parts.label_counts,
          parts.ngrams,
          parts.train_identities,
          parts.train_rows,
          parts.pieces};
}

void start_from_model(TextNetwork& model, const TextData& data, const TextClassifier& base) {
  const at::NoGradGuard guard;
  const TextClassifierParts& parts = base.parts();
  const Axis classes = class_axis(data.labels, parts.labels);
  const auto known_parameters = base.network()->named_parameters();
  for (auto& item : model.named_parameters()) {
    const at::Tensor* known = known_parameters.find(item.key());
    FOVEA_CHECK(known && known->dim() == item.value().dim(), item.key(), item.value().sizes());
    at::Tensor& now = item.value();
    const std::string name = name_in_member(item.key());
    const bool of_classes = name.starts_with("head.");
    const bool of_words = name.starts_with("embedding.");
    if (!of_classes && !of_words && now.sizes() == known->sizes()) {
      now.copy_(*known);
      continue;
    }
    if (now.dim() == 3) {
      FOVEA_CHECK(now.size(0) == known->size(0) && now.size(2) == known->size(2), item.key(), now.sizes());
      // Filters [W, E + R, H]: the features are the middle axis.
      const Axis features = ratio_axis(now.size(1), known->size(1), data.ngrams, parts.ngrams, classes);
      const Axis units = same(now.size(2), known->size(2));
      for (int64_t w = 0; w < now.size(0); ++w) {
        now[w].zero_();
        copy_along(now[w], (*known)[w].contiguous(), features, units);
      }
      continue;
    }
    const int64_t last = now.dim() - 1;
    const bool grows = now.size(last) != known->size(last);
    // A vector has one axis: of the classes (the head's bias), of features that end in ratios, or the same as before.
    Axis rows = of_classes ? classes : same(now.size(0), known->size(0));
    Axis columns = {0};
    if (now.dim() == 2) {
      columns = grows ? ratio_axis(now.size(1), known->size(1), data.ngrams, parts.ngrams, classes)
                      : same(now.size(1), known->size(1));
    } else if (grows && !of_classes) {
      rows = ratio_axis(now.size(0), known->size(0), data.ngrams, parts.ngrams, classes);
    }
    FOVEA_CHECK(of_classes || of_words || now.dim() < 2 || now.size(0) == known->size(0) ||
                    now.size(0) - known->size(0) == data.ngrams.width() - parts.ngrams.width(),
                item.key(), now.sizes(), known->sizes());
    if (!of_classes && !of_words && now.dim() == 2 && now.size(0) != known->size(0)) {
      rows = ratio_axis(now.size(0), known->size(0), data.ngrams, parts.ngrams, classes);
    }
    copy_along(now, known->contiguous(), rows, columns);
  }
}

}  // namespace fovea::tasks
