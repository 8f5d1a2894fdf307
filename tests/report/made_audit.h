// The outcome of an audit of a model that reads the rule, with names that try to be markup, for tests of reports.
#pragma once

#include "audit/audit.h"
#include "audit/fake_model.h"

namespace fovea::report {

inline audit::Result made_audit(bool with_map = false, size_t looks = 1) {
  test::FakeModel model = test::rule_model();
  model.looks = looks;
  test::FakeAttributor attributor(model);
  audit::AuditInput input;
  input.material = test::rule_texts(40);
  input.material.classes[0] = "one\x1b[31m<b>";
  model.texts = test::rule_texts(40).texts;
  for (int32_t word = 0; word < 60; ++word)
    model.texts[0].ids.push_back(word % 10 == 0 ? 1 : 3 + word % 28);  // one is grouped
  if (with_map) input.given.audited = audit::random_map(model, 3, 0);
  audit::Result result = audit::audit_quickly(model, attributor, input, {}, nullptr);
  result.model = "m";
  result.data = "dev.tsv";
  if (with_map) result.map = "map.jsonl";
  result.inputs_in_file = 41;
  result.too_short = 1;
  return result;
}

// With the words that a door gives to its examples: word N of a text is "<iN>".
inline void name_made_examples(audit::Result& result) {
  for (audit::Example& example : result.examples) {
    for (size_t i = 0; i < example.scores.size(); ++i) {
      const std::string word = "<i" + std::to_string(i) + ">";
      example.text += i > 0 ? " " : "";
      example.words.emplace_back(std::ssize(example.text), std::ssize(example.text + word));
      example.text += word;
    }
    example.answer_name = "<b>\x1b[31m";
    example.truth_name = "other & more";
  }
}

// And what only the standard depth measures.
inline audit::Result made_standard_audit() {
  audit::Result result = made_audit();
  result.depth = audit::Depth::kStandard;
  result.verdict.provisional = false;
  result.verdict.replaceable = true;
  result.uniform_gap = audit::Number{0.0131, 0.2, -0.0042, 0.0311, 40};
  result.seeds = audit::SeedStability{5,
                                      {0.8, 0.81, 0.8, 0.79, 0.8},
                                      4,
                                      {0.2217, 0.1, 0.2113, 0.2329, 40},
                                      {0.3391, 0.1, 0.3217, 0.3519, 40},
                                      {0.413, 0.2, 0.387, 0.437, 40}};
  result.evidence.trainings = {{1, audit::Grade::kInformative, {0.713, 0.1, 0.643, 0.787, 40}}};
  result.masked_erasure = result.erasure;
  result.masked_erasure->masked = true;
  result.mask_twin = audit::MaskTwin{0.803, 0.804, {-0.001, 0.1, -0.011, 0.009, 40}, 0.0057, 0.461, true};
  result.fidelity = {
      {"attention", audit::MapKind::kAudited, {0.317, 0.1, 0.293, 0.341, 40}, {0.0832, 0.1, 0.061, 0.102, 40}}};
  result.planted =
      audit::PlantedResult{0.992, 0.331, {{"attention", {0.973, 0.1, 0.951, 0.994, 40}, {1.041, 0.2, 1, 1.093, 40}}}};
  result.falsification = {
      {"swapped between texts", audit::Grade::kDecorative, {0.0712, 0.1, 0.05, 0.09, 40}, {"normalised_aopc"}}};
  return result;
}

// And what an audit asks beyond what a grade needs.
inline audit::Result made_deep_audit() {
  audit::Result result = made_standard_audit();
  result.depth = audit::Depth::kDeep;
  const auto number = [](double mean) { return audit::Number{mean, 0.1, mean - 0.02, mean + 0.03, 40}; };
  result.soft_erasure = audit::SoftErasureResult{
      .inputs = 40,
      .skipped = 3,
      .draws = 10,
      .nothing = number(0.614),
      .maps = {{"attention", audit::MapKind::kAudited, number(0.412), number(0.523), number(0.271)}},
      .random = {"random", audit::MapKind::kPrior, number(0.221), number(0.342), number(0.503)},
      .metrics = {{"soft_comprehensiveness", number(0.812), false}, {"soft_sufficiency", number(0.513), true}}};
  result.adversary =
      audit::AdversaryResult{.inputs = 37,
                             .left_out = 3,
                             .looks = 2,
                             .distributions = 5,
                             .steps = 500,
                             .found = {{{0.05, number(0.531), number(0.912), number(0.134), number(0.957)},
                                        {0.01, number(0.427), number(0.733), number(0.062), number(0.891)}}}};
  audit::RoarResult roar{.seeds = 2, .trainings = 38, .random = {"random", {}}, .maps = {}};
  audit::RoarMap& map = roar.maps.emplace_back();
  map.curve.name = "attention";
  map.racu = number(0.367);
  map.by_seed = {0.351, audit::kNone};
  for (int step = 0; step <= audit::kRoarSteps; ++step) {
    roar.random.accuracy.push_back(number(0.9 - 0.04 * step));
    map.curve.accuracy.push_back(number(0.9 - 0.06 * step + 0.002 * step * step));
  }
  result.roar = roar;
  audit::PlantedResult shortcut = *result.planted;
  shortcut.rows = {{"attention", {0.713, 0.1, 0.687, 0.739, 40}, {10.317, 0.2, 10.113, 10.519, 40}}};
  shortcut.shortcut = attribution::Shortcut::kInContext;
  shortcut.incomplete = 0.347;
  result.shortcuts = {shortcut, shortcut};
  result.shortcuts[1].shortcut = attribution::Shortcut::kOrderedPair;
  result.shortcuts[1].incomplete = 0.873;
  audit::TrainedAdversaryResult& trained = result.trained_adversary.emplace();
  const auto other = [](double pull, int64_t seed, double moved, double distance) {
    return audit::OtherModel{pull,
                             seed,
                             {moved, 0.1, moved - 0.01, moved + 0.01, 40},
                             {distance, 0.1, distance - 0.02, distance + 0.02, 40},
                             {0.807, 0.4, 0.78, 0.83, 40}};
  };
  trained.adversaries = {other(0, 0, 0.021, 0.063), other(0.001, 0, 0.037, 0.473), other(0.01, 0, 0.231, 0.617)};
  trained.seeds = {other(0, 1, 0.057, 0.083), other(0, 2, 0.061, 0.097)};
  audit::sum_up(trained);
  audit::TransferResult& transfer = result.transfer.emplace();
  transfer.pull = 0.001;
  transfer.rows = {{audit::TransferWeights::kEven, {0.771, 0.4, 0.743, 0.797, 40}, {0.769, 0.741, 0.794}, {}},
                   {audit::TransferWeights::kModel,
                    {0.813, 0.4, 0.791, 0.837, 40},
                    {0.811, 0.789, 0.836},
                    {0.042, 0.3, 0.017, 0.067, 40}},
                   {audit::TransferWeights::kAdversary,
                    {0.593, 0.4, 0.561, 0.624, 40},
                    {0.587, 0.553, 0.619},
                    {-0.178, 0.3, -0.211, -0.143, 40}}};
  return result;
}

}  // namespace fovea::report
