// What scores the words of a text without knowing the model, and the names by which a door asks for it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "attribution/methods.h"
#include "data/vocab/vocabulary.h"
#include "tasks/text/classifier.h"
#include "tasks/text/rows.h"
#include "tasks/text/text.h"

namespace fovea::attribution {

inline constexpr MethodFacts kPositionPrior = {Method::kPrior, "position", false,
                                               "earlier {parts} count more, whatever they are"};
inline constexpr MethodFacts kFrequencyPrior = {Method::kPrior, "frequency", false,
                                                "rarer {parts} count more, wherever they are"};

// Every method and both priors.
std::span<const MethodFacts> text_methods();
const MethodFacts* find_text_method(std::string_view name);  // null: there is none of this name

// 1 − i/n.
std::vector<double> position_scores(int64_t words);

// −log(count / total), in nats: how often each word was seen in the training part; what was never counted, the unknown
// word before all, counts as seen once.
class FrequencyPrior {
 public:
  explicit FrequencyPrior(const data::Vocabulary& vocabulary);
  std::vector<double> scores(std::span<const int32_t> ids) const;

 private:
  const data::Vocabulary& vocabulary_;
  double total_ = 0;
};

// What the words of texts say of each class by the rows of the training part alone, [text][word][class]: the logarithm
// of how much more often a text of the class has the word than one of another, each count with one added. A word counts
// once a text. Nothing where no row has a label that the model knows.
std::vector<std::vector<std::vector<double>>> odds_of_rows(std::span<const tasks::TextRow> rows,
                                                           const tasks::TextClassifierParts& model,
                                                           std::span<const Text> texts);

}  // namespace fovea::attribution
