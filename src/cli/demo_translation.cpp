// `fovea demo translation`: the whole way on a made-up language, whose links to English are known.
#include <algorithm>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/demo.h"
#include "cli/interrupt.h"
#include "cli/train_told.h"
#include "data/synthetic/sentences.h"
#include "flows/aligning.h"
#include "flows/explaining.h"
#include "flows/training.h"
#include "metrics/measures.h"
#include "metrics/sequence/links_text.h"
#include "metrics/share_interval.h"
#include "tasks/translation/kind.h"

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kTrain = 5000, kTest = 400, kPage = 60, kShown = 2;

metrics::GoldLinks gold_of(const data::MadePair& pair) {
  metrics::GoldLinks gold;
  for (const auto& [source, target] : pair.sure) gold.sure.push_back({source, target});
  gold.possible = gold.sure;
  for (const auto& [source, target] : pair.possible) gold.possible.push_back({source, target});
  gold.possible = metrics::tidied(std::move(gold.possible));
  return gold;
}

std::string gold_line(const data::MadePair& pair) {
  std::string line;
  for (const auto& [source, target] : pair.sure) {
    line += (line.empty() ? "" : " ") + std::to_string(source) + "-" + std::to_string(target);
  }
  for (const auto& [source, target] : pair.possible)
    line += " " + std::to_string(source) + "p" + std::to_string(target);
  return line;
}

// One draw, cut in two: the same sentence never stands on both sides. Returns the test part.
std::vector<data::MadePair> write_pairs(const DemoCommand& command, const fs::path& folder) {
  std::vector<data::MadePair> pairs = data::make_pairs(kTrain + kTest, command.seed);
  std::set<std::string> in_training;
  std::vector<data::MadePair> test;
  std::string files[5];
  for (int64_t i = 0; i < std::ssize(pairs); ++i) {
    const data::MadePair& pair = pairs[static_cast<size_t>(i)];
    if (i < kTrain) {
      in_training.insert(pair.source);
      files[0] += pair.source + "\n";
      files[1] += pair.target + "\n";
    } else if (!in_training.contains(pair.source)) {
      files[2] += pair.source + "\n";
      files[3] += pair.target + "\n";
      files[4] += gold_line(pair) + "\n";
      test.push_back(pair);
    }
  }
  const char* const names[] = {"train.en", "train.made", "test.en", "test.made", "test.links"};
  for (size_t i = 0; i < std::size(names); ++i) write_file(folder / names[i], files[i]);
  return test;
}

flows::TrainPlan translation_training(const DemoCommand& command, const fs::path& folder) {
  flows::TrainPlan plan(tasks::translation_kind());
  auto& settings = dynamic_cast<tasks::TranslationSettings&>(*plan.settings);
  const auto path = [&](const char* name) { return (folder / name).string(); };
  settings.data.paths = {path("train.en"), path("train.made")};
  settings.data.test_paths = {path("test.en"), path("test.made")};
  settings.data.written_split = "96/4";
  settings.data.split = data::parse_split("96/4", command.seed);
  settings.data.subwords = data::SubwordKind::kWord;
  settings.data.joint = false;
  settings.data.vocabulary = 400;
  settings.model.embedding_size = settings.model.attention_size = settings.model.hidden_size = 64;
  settings.model.embedding_dropout = 0;
  settings.model.state_dropout = settings.model.output_dropout = 0.1;
  settings.model.label_smoothing = 0;
  plan.out = path("model");
  plan.force = true;
  plan.train.seed = command.seed;
  plan.train.batches.max_examples = 16;
  plan.train.learning_rate = 0.01;
  plan.train.average = 0.98;
  plan.train.max_epochs = 10;
  flows::mark_given(plan, &settings.data.written_split);
  flows::mark_given(plan, &plan.train.max_epochs);  // however few the sentences are
  return plan;
}

// How the look of a model that reads the translations agrees with the links that are known.
struct Agreement {
  metrics::RowSums sums = {.parts = metrics::kAer.parts};
  std::vector<double> found;  // of each target word with a sure link: whether its largest weight is one
};

Agreement agreement(const tasks::Model& model, const fs::path& folder, const std::vector<data::MadePair>& test) {
  Agreement out;
  size_t row = 0;
  flows::AlignEvents events;
  events.answered = [&](std::span<const std::unique_ptr<tasks::Answer>> answers) {
    for (const auto& answer : answers) {
      const metrics::GoldLinks gold = gold_of(test[row++]);
      const metrics::Links links = answer->links();
      const auto counts = metrics::link_counts(gold, links).sums();
      ++out.sums.rows;
      out.sums.values.insert(out.sums.values.end(), counts.begin(), counts.end());
      for (const metrics::Link& sure : gold.sure) {
        out.found.push_back(std::find(links.begin(), links.end(), sure) != links.end() ? 1 : 0);
      }
    }
  };
  flows::align(model, {(folder / "test.en").string(), (folder / "test.made").string()}, tasks::Aligned::kHard, events);
  return out;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

ExitCode demo_translation(const DemoCommand& command) {
  const draw::Style style = begin(command.common);
  prepare_demo_folder(command);
  const fs::path folder = command.out;
  log::info(
      "This language is made up by a generator: its verbs stand last, its adjectives behind\n"
      "their nouns and agree with them. Which word says which is known, which real texts\n"
      "never tell.\n");
  const std::vector<data::MadePair> test = write_pairs(command, folder);
  if (command.texts_only) {
    const Json json = {{"made_up", true},
                       {"kind", "translation"},
                       {"train", (folder / "train.en").string()},
                       {"test", (folder / "test.en").string()}};
    deliver_json(command.common, json);
    if (!command.common.json) print(draw::summary_lines("pairs", (folder / "train.en").string() + " and .made"));
    return ExitCode::kFine;
  }
  TrainTold told(command.common);
  const flows::TrainOutcome outcome = flows::train(translation_training(command, folder), told.events());
  release_interrupts();
  if (outcome.interrupted) return ExitCode::kInterrupted;
  const flows::OpenModel open = flows::open_model((folder / "model").string());
  const std::unique_ptr<tasks::Inputs> inputs =
      open.model->read({.paths = {(folder / "test.en").string(), (folder / "test.made").string()}, .table = {}});
  const flows::Explained explained = flows::explain(*open.model, *inputs, kPage, {});
  const std::string page = (folder / "page.html").string();
  write_file(page, flows::explained_page(open, *inputs, explained, "a made-up language"));
  const Agreement agrees = agreement(*open.model, folder, test);
  const double error = metrics::mean_score(agrees.sums, metrics::kAer), found = mean(agrees.found);
  const metrics::Interval error_interval = metrics::bootstrap(agrees.sums, metrics::kAer);
  const metrics::Interval found_interval = metrics::share_interval(agrees.found);

  Json json = outcome.json;
  json["made_up"] = true;
  json["page"] = page;
  json["aer"] = error;
  json["aer_ci"] = {error_interval.low, error_interval.high};
  json["largest_weight_is_link"] = found;
  json["largest_weight_is_link_ci"] = {found_interval.low, found_interval.high};
  deliver_json(command.common, json);
  if (command.common.json) return ExitCode::kFine;
  std::string text = draw::summary_lines(
      "test", "BLEU " + fixed(100 * outcome.test->score("bleu").value(), 1) + " on " + with_commas(std::ssize(test)) +
                  " made-up sentences not used before\neasy by design: your own sentences will be harder");
  for (int64_t i = 0; i < std::min(kShown, std::ssize(explained.answers)); ++i) {
    text += "\n" + explained.answers[static_cast<size_t>(i)]->line(tasks::Form::kExplained, {}, style);
  }
  text += "\n" + draw::summary_lines("looking", "the largest weight of a word is its true link in " +
                                                    per_cent(found, 1) + "\nalignment error rate " + per_cent(error) +
                                                    " (" + fixed(100 * error_interval.low, 1) + " to " +
                                                    fixed(100 * error_interval.high, 1) + ")");
  text += draw::summary_lines("page", page);
  text +=
      "\nWith two files of your own, whose lines belong together:\n"
      "  fovea train translation text.en text.de --out model\n"
      "  fovea predict model \"A sentence.\" --alignment hard\n";
  print(text);
  return ExitCode::kFine;
}

}  // namespace fovea::cli
