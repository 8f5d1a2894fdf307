#include "flows/aligning.h"

#include <algorithm>

#include "base/errors.h"

namespace fovea::flows {
namespace {

constexpr int64_t kPairsAtOnce = 512;

std::vector<metrics::Links> links_of(const tasks::Model& model, const std::vector<std::string>& paths,
                                     const AlignEvents& events) {
  std::vector<metrics::Links> links;
  AlignEvents collect = events;
  collect.answered = [&](std::span<const std::unique_ptr<tasks::Answer>> answers) {
    for (const auto& answer : answers) links.push_back(answer->links());
  };
  align(model, paths, tasks::Aligned::kHard, collect);
  return links;
}

}  // namespace

void align(const tasks::Model& model, const std::vector<std::string>& paths, tasks::Aligned aligned,
           const AlignEvents& events) {
  if (!model.answers_with_sequences()) {
    throw UserError(ExitCode::kUsage, "fovea align: this model answers with labels, there is nothing to link",
                    "Give a model of fovea train translation.");
  }
  if (const std::string why = model.facts().why_no_weights; !why.empty()) {
    throw UserError(ExitCode::kUsage, "fovea align: " + why + ", so it links nothing", "Give a model that looks.");
  }
  tasks::AnswerOptions options;
  options.aligned = aligned;
  options.given = true;
  model.require(options);
  const std::unique_ptr<tasks::Inputs> inputs = model.read({.paths = paths, .table = {}});
  for (const std::string& what : inputs->warnings()) {
    if (events.warned) events.warned(what);
  }
  for (int64_t first = 0; first < inputs->size(); first += kPairsAtOnce) {
    const auto answers = model.answer(*inputs, first, std::min(kPairsAtOnce, inputs->size() - first), options);
    if (events.answered) events.answered(answers);
  }
}

std::vector<metrics::Links> align_both(const tasks::Model& forward, const tasks::Model& backward,
                                       const std::vector<std::string>& paths, metrics::Symmetrisation symmetrisation,
                                       const AlignEvents& events) {
  if (paths.size() != 2) {
    throw UserError(ExitCode::kUsage, "--back: two files are wanted, since both models read them",
                    "Give the source and the translation as files of their own.");
  }
  if (paths[0] == "-" || paths[1] == "-") {
    throw UserError(ExitCode::kUsage, "--back: standard input can be read only once, and both models read the files",
                    "Write the sentences to files and name those.");
  }
  std::vector<metrics::Links> links = links_of(forward, paths, events);
  const std::vector<metrics::Links> back = links_of(backward, {paths[1], paths[0]}, {});
  FOVEA_CHECK(links.size() == back.size(), links.size(), back.size());
  for (size_t i = 0; i < links.size(); ++i) {
    metrics::Links turned;
    for (const metrics::Link& link : back[i]) turned.push_back({link.target, link.source});
    links[i] = metrics::symmetrise(links[i], metrics::tidied(std::move(turned)), symmetrisation);
  }
  return links;
}

}  // namespace fovea::flows
