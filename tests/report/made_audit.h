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

}  // namespace fovea::report
