#include "flows/auditing.h"

#include <algorithm>
#include <numeric>

#include "audit/standard.h"
#include "base/errors.h"
#include "base/random.h"
#include "base/text.h"
#include "flows/study_model.h"
#include "flows/twins.h"

namespace fovea::flows {
namespace {

constexpr int64_t kUsualLimit = 1000, kLeastInputs = 10;
constexpr int64_t kPartsToRead = 50'000'000;  // by leave-one-out: a few minutes on two cores
constexpr size_t kStandardBounds = 200;       // inputs of which the bounds of erasure are searched

struct Chosen {
  AuditedInputs audited;
  audit::AuditInput input;
  int64_t too_short = 0;  // inputs of fewer than two parts, left out
};

// The numbers of the inputs in the order in which they are taken: that of the file where all are, else drawn.
std::vector<int64_t> inputs_in_turn(int64_t inputs, int64_t limit, uint64_t seed) {
  std::vector<int64_t> turn(static_cast<size_t>(inputs));
  std::iota(turn.begin(), turn.end(), int64_t{0});
  if (limit > 0) shuffle(std::span<int64_t>(turn), {seed, Purpose::kAuditSample, uint64_t{1} << 41});
  return turn;
}

// At most `limit` inputs, drawn with `seed` where there are more, in the order of the file; 0: all. Without a limit
// 1,000, and fewer, but 10, where inputs are long: leave-one-out reads an input of n parts n times, and all of them
// shall read no more than 50 million parts.
Chosen choose(const tasks::Model& model, const tasks::Inputs& inputs, const std::string& name,
              std::optional<int64_t> limit, uint64_t seed) {
  Chosen out;
  const int64_t most = limit.value_or(kUsualLimit);
  int64_t parts = 0;
  std::vector<int64_t>& chosen = out.audited.chosen;
  for (const int64_t input : inputs_in_turn(inputs.size(), most, seed)) {
    if (most > 0 && std::ssize(chosen) == most) break;
    const int64_t size = model.parts(inputs, input);
    if (size < 2) {
      ++out.too_short;
      continue;
    }
    parts += size * size;
    if (!limit && parts > kPartsToRead && std::ssize(chosen) >= kLeastInputs) break;
    chosen.push_back(input);
  }
  const attribution::Nouns nouns = model.kind().nouns();
  if (chosen.size() < 2) {
    throw UserError(ExitCode::kBadData, name + nouns.in(": fewer than two {inputs} have two {parts} or more"),
                    nouns.in("An audit compares {parts} within {inputs}, over many {inputs}: give some hundred."));
  }
  std::sort(chosen.begin(), chosen.end());
  out.audited.inputs = &inputs;
  out.input.material.classes = model.classes();
  for (const int64_t input : chosen) {
    out.input.material.truth.push_back(model.truth(inputs, input));
    const int seen = model.seen(inputs, input);
    out.input.seen_in_training += seen > 0;
    out.input.seen_in_validation += seen < 0;
  }
  return out;
}

struct Measuring {
  audit::Depth depth = audit::Depth::kQuick;
  uint64_t seed = 1;
  TwinOptions twins;
  audit::Progress progress;
  std::function<void(const std::string&)> warned;
};

audit::Result measure(const Measuring& options, const tasks::Model& model, const Chosen& chosen) {
  const tasks::Asked asked = model.ask(*chosen.audited.inputs, chosen.audited.chosen);
  audit::AuditOptions quick;
  quick.seed = options.seed;
  if (options.depth == audit::Depth::kQuick) {
    return audit::audit_quickly(*asked.subject, *asked.attributor, chosen.input, quick, options.progress);
  }
  std::string why;
  const auto twins = ModelTwins::find(options.twins, chosen.audited, why);
  if (!twins && options.warned) options.warned("no twins are trained: " + why);
  audit::StandardOptions standard;
  standard.quick = quick;
  standard.quick.erasure.bound_inputs = kStandardBounds;
  return audit::audit_thoroughly(*asked.subject, *asked.attributor, chosen.input, standard, twins.get(),
                                 options.progress);
}

// Gives examples, which know the numbers of their inputs, the inputs themselves, their parts and the names of labels.
void name_examples(std::vector<audit::Example>& examples, const tasks::Model& model, const AuditedInputs& audited) {
  const std::vector<std::string> labels = model.classes();
  for (audit::Example& example : examples) {
    const int64_t input = audited.chosen[example.row];
    tasks::Spelled spelled = model.spelled(*audited.inputs, input);
    example.text = std::move(spelled.text);
    example.line = audited.inputs->line(input);
    example.answer_name = labels[static_cast<size_t>(example.answer)];
    example.truth_name = std::move(spelled.truth);
    example.words = std::move(spelled.parts);
    FOVEA_CHECK(example.words.empty() || example.words.size() == example.scores.size(), example.words.size(),
                example.scores.size());
  }
}

}  // namespace

audit::Result audit(const OpenModel& open, const AuditPlan& plan, const AuditEvents& events) {
  const tasks::Model& model = *open.model;
  if (const std::string why = model.facts().why_no_weights; !why.empty()) {
    throw UserError(ExitCode::kUsage, open.path + ": there are no attention weights to audit, for " + why,
                    "Train one with additive, dot, scaled-dot or general attention.");
  }
  tasks::InputSource source = plan.source;
  source.table.labels_required = false;
  const std::unique_ptr<tasks::Inputs> inputs = model.read(source);
  if (events.warned) {
    for (const std::string& what : inputs->warnings()) events.warned(what);
  }
  const std::string data = joined(source.paths);
  Chosen chosen = choose(model, *inputs, data, plan.limit, plan.seed);
  if (!plan.map.empty()) chosen.input.map = model.read_map(plan.map, data, *inputs, chosen.audited.chosen);

  Measuring options;
  options.depth = plan.depth;
  options.seed = plan.seed;
  options.twins = {.model = open.path,
                   .train = plan.train,
                   .valid = plan.valid,
                   .progress = events.training,
                   .should_stop = events.should_stop,
                   .warned = events.warned};
  options.progress = events.progress ? events.progress : [](const std::string&, double) {};
  options.warned = events.warned;
  audit::Result result = measure(options, model, chosen);
  result.model = open.path;
  result.data = data;
  result.map = plan.map;
  result.inputs_in_file = inputs->size();
  result.too_short = chosen.too_short;
  name_examples(result.examples, model, chosen.audited);
  return result;
}

std::optional<study::Trust> audit_in_study(const StudyAudit& options, const tasks::Kind& kind, const tasks::Data& data,
                                           checkpoint::Files files) {
  study::Trust trust;
  try {
    const std::shared_ptr<const tasks::Model> model = kind.open(files, "the model");
    const tasks::ModelFacts facts = model->facts();
    if (!facts.why_no_weights.empty()) {
      trust.failure = "no weights to audit: --attention " + facts.attention + " has none";
      return trust;
    }
    if (options.depth == audit::Depth::kStandard) write_study_model(options.model, std::move(files));
    const std::unique_ptr<tasks::Inputs> inputs = data.test_inputs();
    const Chosen chosen = choose(*model, *inputs, "the test part", std::nullopt, 1);
    Measuring measured;
    measured.depth = options.depth;
    measured.progress = [&](const std::string& part, double share) {
      if (options.should_stop && options.should_stop()) throw UserError(ExitCode::kInterrupted, "interrupted");
      if (options.progress) options.progress(part, share);
    };
    measured.twins = {
        .model = options.model.string(),
        .train = {},
        .valid = {},
        .progress = [&](const std::string& twin, double) { measured.progress("training the twin " + twin, -1); },
        .should_stop = options.should_stop,
        .warned = options.warned};
    return study::trust_of(measure(measured, *model, chosen));
  } catch (const UserError& error) {
    if (error.code() == ExitCode::kInterrupted) return std::nullopt;
    if (is_of_surroundings(error)) throw;
    trust.failure = error.what();
    return trust;
  }
}

}  // namespace fovea::flows
