#include "flows/explaining.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/errors.h"
#include "base/files.h"
#include "base/options/described.h"
#include "base/version.h"
#include "checkpoint/load.h"
#include "draw/shade.h"

namespace fovea::flows {
namespace {

constexpr uint64_t kSeed = 1;  // of random scores
constexpr size_t kLabelsNamed = 12;

std::vector<attribution::Attribution> prior_scores(attribution::Subject& subject, std::string_view name) {
  std::vector<attribution::Attribution> all;
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    for (attribution::Prior& prior : subject.priors(input)) {
      if (prior.name == name) all.push_back({std::move(prior.scores)});
    }
  }
  return all;
}

const attribution::MethodFacts* find(const std::vector<attribution::MethodFacts>& methods, const std::string& name) {
  const auto found = std::find_if(methods.begin(), methods.end(), [&](const auto& one) { return one.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

// Of answers that are sequences: of each its whole picture by each method.
report::Attributed attribute_sequences(const tasks::Model& model, const tasks::Inputs& inputs,
                                       const std::vector<std::unique_ptr<tasks::Answer>>& answers,
                                       const std::vector<std::string>& names) {
  if (const std::string why = model.facts().why_no_weights; !why.empty()) throw options::CannotApply("method", why);
  report::Attributed out;
  out.nouns = model.kind().nouns();
  out.of_texts.resize(answers.size());
  const std::vector<attribution::MethodFacts> known = model.methods();
  for (const std::string& name : names) {
    out.methods.push_back(*find(known, name));
    if (out.methods.back().method == attribution::Method::kAttention) {
      for (size_t i = 0; i < answers.size(); ++i) {
        out.of_texts[i].push_back({std::get<draw::Alignment>(answers[i]->picture()).weights});
      }
      continue;
    }
    std::vector<attribution::Attribution> all = model.pictured_by(out.methods.back(), inputs, answers, kSeed);
    for (size_t i = 0; i < all.size(); ++i) out.of_texts[i].push_back(std::move(all[i]));
  }
  return out;
}

report::Attributed attribute(const tasks::Model& model, const tasks::Inputs& inputs,
                             const std::vector<std::unique_ptr<tasks::Answer>>& answers,
                             const std::vector<int64_t>& chosen, const std::vector<std::string>& names,
                             const std::optional<int64_t>& label) {
  report::Attributed out;
  if (names.empty()) return out;
  std::vector<int64_t> towards;
  for (const int64_t i : chosen) towards.push_back(label ? *label : answers[static_cast<size_t>(i)]->decided());
  const std::vector<attribution::MethodFacts> known = model.methods();
  if (model.answers_with_sequences()) return attribute_sequences(model, inputs, answers, names);
  const tasks::Asked asked = model.ask(inputs, chosen);
  out.nouns = asked.subject->nouns();
  out.of_texts.resize(chosen.size());
  for (const std::string& name : names) {
    const attribution::MethodFacts& facts = *find(known, name);
    out.methods.push_back(facts);
    std::vector<attribution::Attribution> all = facts.method == attribution::Method::kPrior
                                                    ? prior_scores(*asked.subject, facts.name)
                                                    : asked.attributor->attribute(facts.method, towards, kSeed);
    for (size_t i = 0; i < all.size(); ++i) out.of_texts[i].push_back(std::move(all[i]));
  }
  return out;
}

std::optional<int64_t> class_of(const tasks::Model& model, const std::optional<std::string>& label) {
  if (!label) return std::nullopt;
  const std::vector<std::string> classes = model.classes();
  const auto found = std::find(classes.begin(), classes.end(), *label);
  if (found != classes.end()) return found - classes.begin();
  std::string names;
  for (size_t c = 0; c < std::min(classes.size(), kLabelsNamed); ++c) {
    names += (c > 0 ? ", " : "") + draw::safe_text(classes[c]);
  }
  if (classes.size() > kLabelsNamed) names += ", …";
  throw UserError(ExitCode::kUsage, "--label: the model has no label '" + *label + "'", "It has " + names + ".");
}

// The numbers of the answers whose weights are nearly even, where another method can be shown in their place and none
// was asked for.
std::vector<int64_t> nearly_even(const tasks::Model& model, const Explained& explained) {
  std::vector<int64_t> chosen;
  if (!explained.attributed.methods.empty() || model.stand_in().method.empty()) return chosen;
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    if (draw::nearly_even(draw::looks_of(explained.answers[i]->picture()))) chosen.push_back(static_cast<int64_t>(i));
  }
  return chosen;
}

std::vector<int64_t> all_of(const Explained& explained) {
  std::vector<int64_t> all(explained.answers.size());
  std::iota(all.begin(), all.end(), int64_t{0});
  return all;
}

}  // namespace

void require_methods(const tasks::Model& model, const std::vector<std::string>& methods) {
  const std::vector<attribution::MethodFacts> known = model.methods();
  std::set<std::string> named;
  for (const std::string& name : methods) {
    if (!find(known, name)) {
      std::string names;
      for (const attribution::MethodFacts& facts : known) {
        names += (names.empty() ? "" : ", ") + std::string(facts.name);
      }
      throw UserError(ExitCode::kUsage, "--method: there is no method '" + name + "'", "There are " + names + ".");
    }
    if (!named.insert(name).second) {
      throw UserError(ExitCode::kUsage, "--method: " + name + " is named twice", "Name each method once.");
    }
  }
}

Explained explain(const tasks::Model& model, const tasks::Inputs& inputs, int64_t limit,
                  const std::vector<std::string>& methods, const std::optional<std::string>& label) {
  require_methods(model, methods);
  const std::optional<int64_t> asked = class_of(model, label);
  Explained out;
  out.in_file = inputs.size();
  const int64_t count = std::min(limit, inputs.size());
  out.answers = model.answer(inputs, 0, count, {.truths = true, .contributions = true, .without_top = true});
  out.attributed = attribute(model, inputs, out.answers, all_of(out), methods, asked);
  out.asked = label;
  for (int64_t i = 0; i < count; ++i) out.seen_in_training += model.seen(inputs, i) > 0;
  return out;
}

StandIns stand_ins(const tasks::Model& model, const tasks::Inputs& inputs, const Explained& explained) {
  StandIns out;
  const std::vector<int64_t> chosen = nearly_even(model, explained);
  if (chosen.empty()) return out;
  report::Attributed made =
      attribute(model, inputs, explained.answers, chosen, {std::string(model.stand_in().method)}, std::nullopt);
  out.method = made.methods.front();
  out.of_answers.resize(explained.answers.size());
  for (size_t k = 0; k < chosen.size(); ++k) {
    out.of_answers[static_cast<size_t>(chosen[k])] = std::move(made.of_texts[k].front());
  }
  return out;
}

std::string explained_page(const OpenModel& open, const tasks::Inputs& inputs, const Explained& explained,
                           const std::string& title) {
  report::Attributed instead;
  if (2 * std::ssize(nearly_even(*open.model, explained)) > std::ssize(explained.answers)) {
    const std::string attention(attribution::name_of(attribution::Method::kAttention));
    instead = attribute(*open.model, inputs, explained.answers, all_of(explained),
                        {std::string(open.model->stand_in().method), attention}, std::nullopt);
  }
  const report::Attributed& attributed = instead.methods.empty() ? explained.attributed : instead;
  const tasks::ModelFacts facts = open.model->facts();
  const Json config = checkpoint::json_of(open.files, "config.json", open.path);
  report::PageFacts page;
  page.title = title + (explained.asked ? " · asked about " + *explained.asked : "");
  page.model_line = facts.architecture + " · seed " + take_json(open.path + "/config.json", "", [&] {
                      return to_line(config.at("options").at("training").at("seed"));
                    });
  page.model_path = open.path;
  page.version = version();
  page.audited = explained.audited;
  page.attention = facts.attention;
  page.weights_are_shares = facts.weights_are_shares;
  page.weights_sha256 = sha256(checkpoint::file_of(open.files, "weights.safetensors", open.path));
  if (open.model->remembers()) page.seen_in_training = explained.seen_in_training;
  page.texts_in_file = explained.in_file;
  page.nouns = open.model->kind().nouns();
  std::vector<report::PageItem> items;
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    items.push_back({explained.answers[i]->headline(), explained.answers[i]->picture()});
    if (!attributed.methods.empty()) items.back().attributions = attributed.of_texts[i];
  }
  return report::answers_page(items, attributed.methods, page);
}

Json explained_json(const Explained& explained, size_t number, const tasks::Shown& shown) {
  Json json = explained.answers[number]->json(shown);
  if (explained.asked) json["asked"] = *explained.asked;
  if (!explained.attributed.methods.empty()) {
    json["methods"] = report::attributed_json(explained.attributed.methods, explained.attributed.of_texts[number]);
  }
  return json;
}

}  // namespace fovea::flows
