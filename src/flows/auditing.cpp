#include "flows/auditing.h"

#include <algorithm>
#include <numeric>

#include "audit/deep.h"
#include "base/errors.h"
#include "base/options/described.h"
#include "base/random.h"
#include "base/text.h"
#include "checkpoint/load.h"
#include "draw/shade.h"
#include "flows/explaining.h"
#include "flows/parts_told.h"
#include "flows/rationales.h"
#include "flows/settings.h"
#include "flows/study_model.h"
#include "flows/twins.h"
#include "study/run.h"

namespace fovea::flows {
namespace {

constexpr int64_t kLeastInputs = 10;
constexpr int64_t kPartsToRead = 50'000'000;  // by leave-one-out: a few minutes on two cores

struct Chosen {
  AuditedInputs audited;
  audit::AuditInput input;
  int64_t too_short = 0;  // inputs of fewer than two parts, left out
  std::optional<FoundRationales> rationales;
};

// Inputs audited where nobody says how many.
int64_t usual_limit(audit::Depth depth) {
  return depth == audit::Depth::kQuick ? 300 : 1000;
}

// The numbers of the inputs in the order in which they are taken: that of the file where all are, else drawn.
std::vector<int64_t> inputs_in_turn(int64_t inputs, int64_t limit, uint64_t seed) {
  std::vector<int64_t> turn(static_cast<size_t>(inputs));
  std::iota(turn.begin(), turn.end(), int64_t{0});
  if (limit > 0) shuffle(std::span<int64_t>(turn), {seed, Purpose::kAuditSample, uint64_t{1} << 41});
  return turn;
}

// At most `limit` inputs, drawn with `seed` where there are more, in the order of the file; 0: all. Without a limit
// as many as the depth takes, and fewer, but 10, where inputs are long: leave-one-out reads an input of n parts n
// times, and all of them shall read no more than 50 million parts.
Chosen choose(const tasks::Model& model, const tasks::Inputs& inputs, const std::string& name,
              std::optional<int64_t> limit, audit::Depth depth, uint64_t seed) {
  Chosen out;
  const int64_t most = limit.value_or(usual_limit(depth));
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

// The method of this name, "attention" for the weights themselves. Throws UserError (kUsage) for one that cannot be
// graded.
std::optional<attribution::Method> method_of(const tasks::Model& model, const std::string& name) {
  using attribution::Method;
  if (name.empty() || name == attribution::name_of(Method::kAttention)) return std::nullopt;
  require_methods(model, {name});
  for (const attribution::MethodFacts& facts : model.methods()) {
    if (facts.name == name && facts.method != Method::kPrior && facts.method != Method::kRandom) return facts.method;
  }
  throw UserError(ExitCode::kUsage,
                  "--method: " + name + " knows nothing of the model, and is what maps are compared with",
                  "Name a method that asks the model, such as --method contribution.");
}

// Throws CannotApply for a depth that wants twins of a model that has none.
void require_depth(const tasks::Model& model, audit::Depth depth) {
  const std::string why = model.why_no_twins();
  if (depth == audit::Depth::kQuick || why.empty()) return;
  throw options::CannotApply("depth " + std::string(audit::depth_name(depth)), why, "Use --depth quick.");
}

// What `fovea explain` shows of an input where nothing is asked for.
audit::FirstPictureRule first_picture_of(const tasks::Model& model) {
  audit::FirstPictureRule rule;
  const tasks::StandIn stand_in = model.stand_in();
  rule.instead = [always = stand_in.always](const attribution::Weights& weights) {
    return always || draw::nearly_even(weights);
  };
  for (const attribution::MethodFacts& facts : model.methods()) {
    if (!stand_in.method.empty() && facts.name == stand_in.method) rule.stand_in = facts.method;
  }
  return rule;
}

struct Measuring {
  audit::Depth depth = audit::Depth::kQuick;
  uint64_t seed = 1;
  int64_t roar_seeds = 3;
  TwinOptions twins;
  audit::Progress progress;
  std::function<void(const std::string&)> warned;
};

audit::Result measure_faith(const Measuring& options, const tasks::Model& model, const Chosen& chosen,
                            const tasks::Asked& asked, audit::AuditValues& values) {
  audit::AuditOptions quick;
  quick.seed = options.seed;
  if (options.depth == audit::Depth::kQuick) {
    return audit::audit_quickly(*asked.subject, *asked.attributor, chosen.input, quick, options.progress, &values);
  }
  std::string why;
  const auto twins = ModelTwins::find(options.twins, chosen.audited, why);
  if (!twins && options.warned) options.warned("no twins are trained: " + why);
  audit::DeepOptions deep;
  deep.standard.quick = quick;
  deep.depth = options.depth;
  deep.roar_seeds = options.roar_seeds;
  return audit::audit_deeply(*asked.subject, *asked.attributor, chosen.input, deep, twins.get(), options.progress,
                             &values);
}

// What people marked comes last, so that nothing of the verdict can rest on it.
audit::Result measure(const Measuring& options, const tasks::Model& model, Chosen& chosen, audit::AuditValues& values) {
  const tasks::Asked asked = model.ask(*chosen.audited.inputs, chosen.audited.chosen);
  if (!asked.truth.empty()) chosen.input.material.truth = asked.truth;
  audit::Result result = measure_faith(options, model, chosen, asked, values);
  if (chosen.rationales) {
    result.plausibility = audit::plausibility_of(*asked.subject, values.maps, chosen.rationales->marked, options.seed);
  }
  return result;
}

// What the words of the inputs say by the data that the model learnt from, where those files are there, unchanged: a
// map that knows the data and not the model. Else why there is none.
void compare_with_data(Chosen& chosen, const tasks::Model& model, const checkpoint::Files& files,
                       const std::string& name, const std::vector<std::string>& train,
                       const std::vector<std::string>& valid) {
  const attribution::Nouns nouns = model.kind().nouns();
  const auto left_out = [&](const std::string& why) {
    chosen.input.given.odds.clear();
    chosen.input.why_no_odds =
        nouns.in("Not compared with a bag of {parts} of the training data, which knows the data and not the model: ") +
        why + ".";
  };
  try {
    const Json config = checkpoint::json_of(files, "config.json", name);
    TrainPlan plan = plan_of(model.kind(), config.at("options"), name + "/config.json");
    if (!plan.init.empty()) return left_out("the model went on from another one");
    tasks::DataFiles& data = plan.settings->files();
    if (!train.empty()) data.paths = train;
    if (!valid.empty()) data.valid_paths = valid;
    if (!data.test_paths.empty()) {
      data.split.train += data.split.test;
      data.split.test = 0;
      data.test_paths.clear();
    }
    std::vector<std::string> sha256, known;
    for (const Json& file : config.at("data")) known.push_back(file.at("sha256").get<std::string>());
    chosen.input.given.odds =
        model.kind().odds_of_data(*plan.settings, model, *chosen.audited.inputs, chosen.audited.chosen, sha256);
    if (chosen.input.given.odds.empty()) return left_out("there is none of this kind of model");
    for (size_t i = 0; i < sha256.size(); ++i) {
      if (i >= known.size() || sha256[i] != known[i]) return left_out("a file is not what the model was trained on");
    }
  } catch (const UserError&) {
    left_out("the training files are not where they were");
  } catch (const Json::exception&) {
    left_out("the model does not say what it was trained on");
  }
}

// Which parts answers hang on and the map fails to name, and where its mass lies: of inputs that have words.
void tell_parts(audit::Result& result, const tasks::Model& model, const AuditedInputs& audited,
                const audit::AuditValues& values) {
  PartsTold told;
  for (size_t row = 0; row < audited.chosen.size(); ++row) {
    const tasks::Spelled spelled = model.spelled(*audited.inputs, audited.chosen[row]);
    if (spelled.parts.size() != values.losses[row].size()) return;  // there is no text
    told.add(spelled, values.maps.front().scores[row], values.losses[row]);
  }
  result.telling = told.telling();
  result.mass = told.mass();
}

// Gives examples, which know the numbers of their inputs, the inputs themselves, their parts and the names of labels.
void name_examples(std::vector<audit::Example>& examples, const tasks::Model& model, const AuditedInputs& audited) {
  const std::vector<std::string> labels = model.classes();
  for (audit::Example& example : examples) {
    const int64_t input = audited.chosen[example.row];
    tasks::Spelled spelled = model.spelled(*audited.inputs, input);
    example.text = std::move(spelled.text);
    example.line = audited.inputs->line(input);
    if (example.answer_name.empty()) example.answer_name = labels[static_cast<size_t>(example.answer)];
    example.truth_name = std::move(spelled.truth);
    example.decision = std::move(spelled.decision);
    example.words = std::move(spelled.parts);
    FOVEA_CHECK(example.words.empty() || example.words.size() == example.scores.size(), example.words.size(),
                example.scores.size());
  }
}

// What is kept of each input of an audit, to six digits as losses are: a study found in its folder says the same as one
// just made.
study::InputTrust by_input(const std::vector<int64_t>& inputs, const audit::AuditValues& values) {
  study::InputTrust out;
  out.inputs = inputs;
  for (const attribution::Reading& reading : values.answers.readings) {
    double lift = 0;
    for (const double weight : reading.weights) lift = std::max(lift, draw::lift_of(weight, reading.weights.size()));
    out.lift.push_back(study::Run::rounded(lift));
    out.marked.push_back(lift >= draw::kMarkedLift);
  }
  const auto rounded = [](std::vector<double> values) {
    for (double& value : values) value = study::Run::rounded(value);
    return values;
  };
  out.permuted = rounded(values.gate.permuted);
  out.beyond = rounded(values.beyond.map);
  out.best_beyond = rounded(values.beyond.best);
  out.first_beyond = rounded(values.first_beyond.map);
  out.first_best_beyond = rounded(values.first_beyond.best);
  return out;
}

}  // namespace

audit::Result audit(const OpenModel& open, const AuditPlan& plan, const AuditEvents& events) {
  const tasks::Model& model = *open.model;
  if (const std::string why = model.facts().why_no_weights; !why.empty()) {
    throw UserError(ExitCode::kUsage, open.path + ": there are no attention weights to audit, for " + why,
                    "Train one with additive, dot, scaled-dot or general attention.");
  }
  require_depth(model, plan.depth);
  const std::optional<attribution::Method> method = method_of(model, plan.method);
  if (!plan.rationales.empty() && model.answers_with_sequences()) {
    throw options::CannotApply("rationales",
                               "what people marked is of whole answers, and one decision of each is asked");
  }
  tasks::InputSource source = plan.source;
  source.table.labels_required = false;
  const std::unique_ptr<tasks::Inputs> inputs = model.decisions(model.read(source), plan.seed);
  if (events.warned) {
    for (const std::string& what : inputs->warnings()) events.warned(what);
  }
  const std::string data = joined(source.paths);
  Chosen chosen = choose(model, *inputs, data, plan.limit, plan.depth, plan.seed);
  if (!plan.map.empty()) chosen.input.given.audited = model.read_map(plan.map, data, *inputs, chosen.audited.chosen);
  if (!plan.rationales.empty()) {
    chosen.rationales =
        find_rationales(plan.rationales, source.paths, model, *chosen.audited.inputs, chosen.audited.chosen);
  }
  chosen.input.given.method = method;
  chosen.input.given.first = first_picture_of(model);
  compare_with_data(chosen, model, open.files, open.path, plan.train, plan.valid);

  Measuring options;
  options.depth = plan.depth;
  options.seed = plan.seed;
  options.roar_seeds = plan.roar_seeds;
  options.twins = {.model = open.path,
                   .train = plan.train,
                   .valid = plan.valid,
                   .progress = events.training,
                   .should_stop = events.should_stop,
                   .warned = events.warned};
  options.progress = events.progress ? events.progress : [](const std::string&, double) {};
  options.warned = events.warned;
  audit::AuditValues values;
  audit::Result result = measure(options, model, chosen, values);
  result.model = open.path;
  result.data = data;
  result.map = plan.map;
  result.asked = inputs->asked();
  result.remembers = model.remembers();
  result.inputs_in_file = inputs->size();
  result.too_short = chosen.too_short;
  if (result.plausibility) note_rationales(*result.plausibility, plan.rationales, *chosen.rationales);
  name_examples(result.examples, model, chosen.audited);
  tell_parts(result, model, chosen.audited, values);
  return result;
}

std::optional<study::Trust> audit_in_study(const StudyAudit& options, const tasks::Kind& kind, const tasks::Data& data,
                                           checkpoint::Files files) {
  study::Trust trust;
  try {
    const std::shared_ptr<const tasks::Model> model = kind.open(files, "the model");
    const tasks::ModelFacts facts = model->facts();
    if (!facts.why_no_weights.empty()) {
      trust.no_weights = true;
      trust.failure = "no weights to audit: --attention " + facts.attention + " has none";
      return trust;
    }
    const bool test = options.part == data::Part::kTest;
    require_depth(*model, options.depth);
    const std::unique_ptr<tasks::Inputs> inputs = model->decisions(test ? data.test_inputs() : data.valid_inputs(), 1);
    Chosen chosen =
        choose(*model, *inputs, test ? "the test part" : "the validation part", options.limit, options.depth, 1);
    chosen.input.given.first = first_picture_of(*model);
    if (test) compare_with_data(chosen, *model, files, "the model", {}, {});  // of R nothing depends on it
    if (options.depth == audit::Depth::kStandard) write_study_model(options.model, std::move(files));
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
    audit::AuditValues values;
    trust = study::trust_of(measure(measured, *model, chosen, values));
    trust.by_input = by_input(chosen.audited.chosen, values);
    return trust;
  } catch (const UserError& error) {
    if (error.code() == ExitCode::kInterrupted) return std::nullopt;
    if (is_of_surroundings(error)) throw;
    trust.failure = error.what();
    return trust;
  }
}

}  // namespace fovea::flows
