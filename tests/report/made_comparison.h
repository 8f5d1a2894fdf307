// A made-up comparison with something of everything: findings both ways, failures, names that are too long or evil.
#pragma once

#include <algorithm>

#include "metrics/measures.h"
#include "study/comparison.h"

namespace fovea::report {

inline study::Comparison made_comparison() {
  study::Comparison made;
  made.data = "<b>reviews</b>.tsv";
  made.axes = {{"attention", {"additive", "mean"}}};
  made.seeds = {1, 2};
  made.measures = {metrics::kAccuracy, metrics::kMacroF1, metrics::kLoss};
  made.nouns = {"text", "texts", "words", "word"};
  made.inputs = 1684;
  made.quartiles = {{1, 9, 421}, {10, 16, 421}, {17, 25, 421}, {26, 1052, 421}};
  const auto variant = [&](const std::string& name, double accuracy) {
    study::VariantResult result;
    result.settings = {{"attention", name}};
    result.model = "BiLSTM";
    for (const uint64_t seed : made.seeds)
      result.points.push_back({seed, {accuracy, accuracy, 0.5}, 0.8, 6.5, 3, "max-epochs"});
    result.scores = {{accuracy, 0.004, 2}, {accuracy, 0.005, 2}, {0.5, 0.01, 2}};
    result.seconds = {6.5, 0.2, 2};
    result.interval = {accuracy - 0.02, accuracy + 0.02};
    result.parameters = 3'210'987;
    result.bytes = 23'456'789;
    for (size_t i = 0; i < 4; ++i) result.quartiles.push_back({accuracy, std::nullopt, {}});
    return result;
  };
  const auto compared = [&](const std::string& name, double accuracy, double p) {
    study::VariantResult result = variant(name, accuracy);
    result.difference =
        study::Difference{accuracy - 0.821, {accuracy - 0.831, accuracy - 0.811}, p, std::min(1.0, 3 * p), 2};
    for (study::QuartileScore& score : result.quartiles) {
      score.difference = accuracy - 0.821;
      score.interval = {-0.02, 0.01};
    }
    return result;
  };
  made.variants = {variant("additive", 0.821), compared("mean", 0.818, 0.51), compared("frozen", 0.795, 0.0001),
                   compared("last", 0.805, 0.02),
                   compared("\x1b[31ma name that is longer than its column", 0.85, 0.0001)};
  study::VariantResult failed;
  failed.settings = {{"attention", "general"}};
  failed.scores.resize(3);
  failed.failures = {{1, "the loss is not a number <any more>"}};
  made.variants.push_back(failed);
  made.skipped = {{{{"attention", "dot"}}, "it cannot apply"}};
  return made;
}

// The same of transcripts: a word error rate and a loss, both better when lower.
inline study::Comparison made_comparison_of_errors() {
  study::Comparison made = made_comparison();
  made.measures = {metrics::kWordErrors, metrics::kLoss};
  made.nouns = {"utterance", "utterances", "frames"};
  for (study::VariantResult& variant : made.variants) {
    variant.scores.erase(variant.scores.begin() + 1);
    for (study::Point& point : variant.points) point.scores.erase(point.scores.begin() + 1);
  }
  return made;
}

// With audits: two seeds that do not agree, one model without weights, one trained with one seed.
inline study::Comparison made_audited_comparison() {
  study::Comparison made = made_comparison();
  made.audit = audit::Depth::kQuick;
  const auto trust = [](audit::Grade grade, double erased) {
    study::Trust one;
    one.grade = grade;
    one.texts = 512;
    one.permuted = {0.012, 0.02, 0.01, 0.014, 512};
    one.normalised = {erased, 0.2, erased - 0.03, erased + 0.03, 50};
    one.normalised_random = {0.37, 0.2, 0.34, 0.4, 50};
    one.gradient = {0.16, 0.3, 0.13, 0.19, 512};
    one.recovered = {erased, 0.2, erased - 0.03, erased + 0.03, 50};
    one.first_method = "ig";
    return one;
  };
  const auto number = [](double mean, double reach) {
    return study::TrustNumber{mean, {mean - reach, mean + reach}, 2};
  };
  made.variants[0].trusts = {{1, trust(audit::Grade::kInformative, 0.47)}, {2, trust(audit::Grade::kDecorative, 0.39)}};
  made.variants[0].trust.numbers = {number(0.43, 0.13), number(0.97, 0.02), number(2.04, 0.3), number(0.51, 0.05),
                                    number(0.012, 0.002)};
  made.variants[2].trust.numbers = {number(-0.51, 0.04), number(0.96, 0.1), number(12.9, 0.9), std::nullopt,
                                    number(0.005, 0.0004)};
  made.variants[2].trust.differences = {study::TrustDifference{-0.94, {-1.1, -0.8}, 0.0005, 0.0009, 2},
                                        study::TrustDifference{-0.01, {-0.1, 0.08}, 0.9, 1, 2},
                                        study::TrustDifference{10.86, {0.4, 21}, 0.04, 0.16, 2}, std::nullopt,
                                        study::TrustDifference{-0.007, {-0.01, 0.004}, 0.3, 1, 2}};
  made.variants[1].trusts.resize(1);
  made.variants[1].trusts[0].trust.failure = "no weights to audit: --attention <mean> has none";
  made.variants[2].trusts = {{1, trust(audit::Grade::kInformative, 0.51)}};
  made.variants[2].trusts[0].trust.replaceable = true;
  made.variants[2].trusts[0].trust.provisional = false;
  return made;
}

}  // namespace fovea::report
