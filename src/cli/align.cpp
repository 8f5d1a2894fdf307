// `fovea align`: the words of sentence pairs linked by where a translator looks when it reads the translation, or links
// that are there already scored against people's.
#include <iostream>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "data/readers/bytes.h"
#include "flows/aligning.h"
#include "metrics/measures.h"
#include "metrics/sequence/links_text.h"

namespace fovea::cli {
namespace {

ExitCode score(const AlignCommand& command) {
  const std::string gold = data::read_bytes(command.score[0]).bytes, links = data::read_bytes(command.score[1]).bytes;
  const metrics::RowSums sums =
      metrics::score_links({.name = command.score[0], .text = gold, .base = command.gold_base},
                           {.name = command.score[1], .text = links, .base = 0});
  Json json = {{"gold", command.score[0]}, {"links", command.score[1]}, {"n", sums.rows}};
  std::string text;
  for (const metrics::Measure& measure :
       {metrics::kAer, metrics::kLinkPrecision, metrics::kLinkRecall, metrics::kLinkF1}) {
    const double score = metrics::mean_score(sums, measure);
    const metrics::Interval interval = metrics::bootstrap(sums, measure);
    json[measure.name] = score;
    json[std::string(measure.name) + "_ci"] = {interval.low, interval.high};
    text += draw::summary_lines(
        measure.shown, fixed(score, 4) + "   95 % " + fixed(interval.low, 4) + " to " + fixed(interval.high, 4));
  }
  text += draw::summary_lines("sentences", with_commas(static_cast<int64_t>(sums.rows)));
  deliver_json(command.common, json);
  if (!command.common.json) print(text);
  return ExitCode::kFine;
}

}  // namespace

ExitCode run_align(const AlignCommand& command) {
  const draw::Style style = begin(command.common);
  if (!command.score.empty()) return score(command);
  flows::AlignEvents events;
  events.warned = [](const std::string& what) { log::warn(what); };
  if (!command.back.empty()) {
    const flows::OpenModel forward = flows::open_model(command.model), backward = flows::open_model(command.back);
    for (const metrics::Links& links :
         flows::align_both(*forward.model, *backward.model, command.paths, command.symmetrised, events)) {
      if (command.common.json) {
        Json pairs = Json::array();
        for (const metrics::Link& link : links) pairs.push_back({link.source, link.target});
        print(to_line(Json{{"links", pairs}}) + "\n");
      } else {
        print(metrics::links_text(links) + "\n");
      }
    }
    return ExitCode::kFine;
  }
  const flows::OpenModel open = flows::open_model(command.model);
  events.answered = [&](std::span<const std::unique_ptr<tasks::Answer>> answers) {
    std::string out;
    for (const auto& answer : answers) {
      out += (command.common.json ? to_line(answer->json({})) : answer->line(tasks::Form::kLinks, {}, style)) + "\n";
    }
    print(out);
    flush_output();
  };
  flows::align(*open.model, command.paths, command.alignment, events);
  return ExitCode::kFine;
}

}  // namespace fovea::cli
