#include "flows/explaining.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "base/errors.h"
#include "base/files.h"
#include "base/version.h"
#include "checkpoint/load.h"

namespace fovea::flows {
namespace {

constexpr uint64_t kSeed = 1;  // of random scores

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

report::Attributed attribute(const tasks::Model& model, const tasks::Inputs& inputs,
                             const std::vector<std::unique_ptr<tasks::Answer>>& answers,
                             const std::vector<std::string>& names) {
  report::Attributed out;
  if (names.empty()) return out;
  std::vector<int64_t> chosen(answers.size()), towards;
  std::iota(chosen.begin(), chosen.end(), int64_t{0});
  for (const auto& answer : answers) towards.push_back(answer->decided());
  const tasks::Asked asked = model.ask(inputs, chosen);
  const std::vector<attribution::MethodFacts> known = model.methods();
  out.nouns = asked.subject->nouns();
  out.of_texts.resize(answers.size());
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
                  const std::vector<std::string>& methods) {
  require_methods(model, methods);
  Explained out;
  out.in_file = inputs.size();
  const int64_t count = std::min(limit, inputs.size());
  out.answers = model.answer(inputs, 0, count, {.truths = true});
  out.attributed = attribute(model, inputs, out.answers, methods);
  for (int64_t i = 0; i < count; ++i) out.seen_in_training += model.seen(inputs, i) > 0;
  return out;
}

std::string explained_page(const OpenModel& open, const Explained& explained, const std::string& title) {
  const tasks::ModelFacts facts = open.model->facts();
  const Json config = checkpoint::json_of(open.files, "config.json", open.path);
  report::PageFacts page;
  page.title = title;
  page.model_line = facts.architecture + " · seed " + take_json(open.path + "/config.json", "", [&] {
                      return to_line(config.at("options").at("training").at("seed"));
                    });
  page.model_path = open.path;
  page.version = version();
  page.attention = facts.attention;
  page.weights_are_shares = facts.weights_are_shares;
  page.weights_sha256 = sha256(checkpoint::file_of(open.files, "weights.safetensors", open.path));
  page.seen_in_training = explained.seen_in_training;
  page.texts_in_file = explained.in_file;
  page.nouns = open.model->kind().nouns();
  std::vector<report::PageItem> items;
  for (size_t i = 0; i < explained.answers.size(); ++i) {
    items.push_back({explained.answers[i]->headline(), explained.answers[i]->picture()});
    if (!explained.attributed.methods.empty()) items.back().attributions = explained.attributed.of_texts[i];
  }
  return report::answers_page(items, explained.attributed.methods, page);
}

Json explained_json(const Explained& explained, size_t number, const tasks::Shown& shown) {
  Json json = explained.answers[number]->json(shown);
  if (!explained.attributed.methods.empty()) {
    json["methods"] = report::attributed_json(explained.attributed.methods, explained.attributed.of_texts[number]);
  }
  return json;
}

}  // namespace fovea::flows
