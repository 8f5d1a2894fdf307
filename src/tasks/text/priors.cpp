#include "tasks/text/priors.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace fovea::attribution {
namespace {

double times_seen(const data::Vocabulary& vocabulary, int32_t id) {
  return static_cast<double>(std::max<int64_t>(vocabulary.count(std::max(id, data::Vocabulary::kUnknown)), 1));
}

}  // namespace

std::span<const MethodFacts> text_methods() {
  static const std::vector<MethodFacts> all = [] {
    std::vector<MethodFacts> methods(std::begin(kMethods), std::end(kMethods));
    methods.push_back(kPositionPrior);
    methods.push_back(kFrequencyPrior);
    return methods;
  }();
  return all;
}

const MethodFacts* find_text_method(std::string_view name) {
  for (const MethodFacts& facts : text_methods()) {
    if (facts.name == name) return &facts;
  }
  return nullptr;
}

std::vector<double> position_scores(int64_t words) {
  std::vector<double> scores;
  for (int64_t i = 0; i < words; ++i) scores.push_back(1 - static_cast<double>(i) / static_cast<double>(words));
  return scores;
}

FrequencyPrior::FrequencyPrior(const data::Vocabulary& vocabulary) : vocabulary_(vocabulary) {
  for (int64_t id = 0; id < vocabulary.size(); ++id) total_ += times_seen(vocabulary, static_cast<int32_t>(id));
}

std::vector<double> FrequencyPrior::scores(std::span<const int32_t> ids) const {
  std::vector<double> scores;
  for (const int32_t id : ids) scores.push_back(-std::log(times_seen(vocabulary_, id) / total_));
  return scores;
}

namespace {

// How many texts of each class have a word.
class Counts {
 public:
  Counts(std::span<const tasks::TextRow> rows, const tasks::TextClassifierParts& model)
      : of_class_(model.labels.size()) {
    data::Segmenter segmenter(model.text, model.pieces);
    for (const tasks::TextRow& row : rows) {
      if (row.part != data::Part::kTrain) continue;
      const auto label = std::lower_bound(model.labels.begin(), model.labels.end(), row.row.label);
      if (label == model.labels.end() || *label != row.row.label) continue;
      const auto c = static_cast<size_t>(label - model.labels.begin());
      ++of_class_[c];
      ++texts_;
      const tasks::EncodedText text =
          tasks::encode_text(segmenter, model.vocabulary, model.text, row.row.text, nullptr);
      for (const int32_t id : std::set<int32_t>(text.ids.begin(), text.ids.end())) {
        of_word_.try_emplace(id, of_class_.size(), 0).first->second[c] += 1;
      }
    }
  }

  bool none() const { return texts_ == 0; }

  std::vector<double> odds(int32_t id) const {
    const auto found = of_word_.find(std::max(id, data::Vocabulary::kUnknown));
    std::vector<double> out;
    double with_word = 0;
    if (found != of_word_.end()) {
      for (const double count : found->second) with_word += count;
    }
    for (size_t c = 0; c < of_class_.size(); ++c) {
      const double with = found == of_word_.end() ? 0 : found->second[c];
      const double share = (with + 1) / (of_class_[c] + 2), rest = (with_word - with + 1) / (texts_ - of_class_[c] + 2);
      out.push_back(std::log(share) - std::log(rest));
    }
    return out;
  }

 private:
  std::vector<double> of_class_;
  double texts_ = 0;
  std::unordered_map<int32_t, std::vector<double>> of_word_;
};

}  // namespace

std::vector<std::vector<std::vector<double>>> odds_of_rows(std::span<const tasks::TextRow> rows,
                                                           const tasks::TextClassifierParts& model,
                                                           std::span<const Text> texts) {
  const Counts counts(rows, model);
  if (counts.none()) return {};
  std::vector<std::vector<std::vector<double>>> out;
  for (const Text& text : texts) {
    std::vector<std::vector<double>>& of_text = out.emplace_back();
    for (const int32_t id : text.ids) of_text.push_back(counts.odds(id));
  }
  return out;
}

}  // namespace fovea::attribution
