// `fovea demo`: the whole way on made-up reviews, whose deciding words are known.
#include "cli/demo.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/train_told.h"
#include "cli/verbs.h"
#include "data/synthetic/reviews.h"
#include "flows/explaining.h"
#include "flows/training.h"
#include "metrics/share_interval.h"
#include "tasks/text/kind.h"
#include "tasks/text/render.h"
#include "tasks/text/trained.h"
#include "tasks/translation/kind.h"

namespace fovea::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kTrainReviews = 6000, kTrainNeedles = 2000, kTestReviews = 600, kPageReviews = 200;
constexpr const char* kMarker = "made-by-fovea-demo.txt";
constexpr const char* kMarkerText =
    "This folder was written by `fovea demo`: texts made up by a generator, a model trained on them and a page.\n"
    "Running the demo again replaces it.\n";

std::string tsv(const std::vector<data::MadeReview>& reviews) {
  std::string text = "label\ttext\n";
  for (const data::MadeReview& review : reviews) text += review.label + "\t" + review.text + "\n";
  return text;
}

// How often the word that a picture puts first is a deciding one, beside a word drawn at random from the same text.
struct Pointing {
  double share = 0, chance = 0;
  metrics::Interval interval;
};

bool decides(const tasks::WeightedToken& token, const data::MadeReview& review) {
  return std::any_of(review.deciding.begin(), review.deciding.end(),
                     [&](const auto& range) { return token.start < range.second && range.first < token.end; });
}

// How often the word that is first by `of` is one that decides.
template <typename Of>
Pointing pointing(const std::vector<tasks::TextAnswer>& answers, const std::vector<data::MadeReview>& reviews, Of of) {
  std::vector<double> hits;
  Pointing result;
  for (size_t i = 0; i < answers.size(); ++i) {
    const auto& tokens = answers[i].tokens;
    const auto top =
        std::max_element(tokens.begin(), tokens.end(), [&](const auto& a, const auto& b) { return of(a) < of(b); });
    hits.push_back(decides(*top, reviews[i]) ? 1 : 0);
    const auto deciding =
        std::count_if(tokens.begin(), tokens.end(), [&](const auto& token) { return decides(token, reviews[i]); });
    result.chance += static_cast<double>(deciding) / static_cast<double>(tokens.size());
  }
  result.chance /= static_cast<double>(answers.size());
  result.share = std::accumulate(hits.begin(), hits.end(), 0.0) / static_cast<double>(answers.size());
  result.interval = metrics::share_interval(hits);
  return result;
}

// Three texts worth a look: one with a contrast, one Chinese, one short.
std::vector<size_t> shown(const std::vector<data::MadeReview>& reviews) {
  std::map<std::string, size_t> found;
  for (size_t i = 0; i < reviews.size(); ++i) {
    const std::string& text = reviews[i].text;
    const bool chinese = static_cast<unsigned char>(text.front()) >= 0xe0;
    if (text.find(" but ") != std::string::npos && text.size() < 90) found.try_emplace("1 contrast", i);
    if (text.find(" not ") != std::string::npos && text.size() < 70) found.try_emplace("2 negation", i);
    if (chinese && text.size() < 90) found.try_emplace("3 chinese", i);
  }
  std::vector<size_t> chosen;
  for (const auto& [kind, i] : found) {
    if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) chosen.push_back(i);
  }
  return chosen;
}

// One draw, cut in two: the same text never stands on both sides. Returns the test part.
std::vector<data::MadeReview> write_texts(const DemoCommand& command, const fs::path& folder) {
  const bool needle = command.kind == "needle";
  const int64_t train = needle ? kTrainNeedles : kTrainReviews;
  std::vector<data::MadeReview> reviews =
      data::make_reviews({train + kTestReviews, needle ? 0 : 0.3, command.seed,
                          needle ? data::MadeKind::kNeedle : data::MadeKind::kReviews});
  std::map<std::string, int> in_training;
  for (int64_t i = 0; i < train; ++i) ++in_training[reviews[static_cast<size_t>(i)].text];
  std::vector<data::MadeReview> test;
  for (auto i = static_cast<size_t>(train); i < reviews.size(); ++i) {
    if (!in_training.count(reviews[i].text)) test.push_back(reviews[i]);
  }
  reviews.resize(static_cast<size_t>(train));
  write_file(folder / "train.tsv", tsv(reviews));
  write_file(folder / "test.tsv", tsv(test));
  return test;
}

ExitCode told_of_texts(const DemoCommand& command, const fs::path& folder, int64_t test) {
  const std::string train_file = (folder / "train.tsv").string(), test_file = (folder / "test.tsv").string();
  const int64_t train = command.kind == "needle" ? kTrainNeedles : kTrainReviews;
  const Json json = {{"made_up", true}, {"kind", command.kind}, {"train", train_file}, {"test", test_file}};
  deliver_json(command.common, json);
  if (command.common.json) return ExitCode::kFine;
  print(draw::summary_lines("texts", train_file + "   " + with_commas(train) + "\n" + test_file + "   " +
                                         with_commas(test) + "\ntry: fovea compare " + train_file + " --test " +
                                         test_file + " --vary attention=additive,mean,last --ngrams 0"));
  return ExitCode::kFine;
}

flows::TrainPlan demo_training(const DemoCommand& command, const fs::path& folder) {
  flows::TrainPlan plan(tasks::text_kind());
  tasks::TextSettings& settings = tasks::as_text(*plan.settings);
  settings.data.paths = {(folder / "train.tsv").string()};
  settings.data.test_paths = {(folder / "test.tsv").string()};
  settings.data.written_split = "90/10";
  settings.data.split = data::parse_split("90/10", command.seed);
  plan.out = (folder / "model").string();
  plan.force = true;
  settings.model.embedding_size = 64;
  settings.model.hidden_size = 64;
  settings.model.attention_size = 64;
  // Made-up texts leave nothing to overfit: light dropout and a high rate learn them in four passes.
  settings.model.embedding_dropout = settings.model.state_dropout = settings.model.output_dropout = 0.1;
  settings.model.word_dropout = 0;
  // Whether the right word was found can be told only where a memory row says nothing of the words before it by count.
  settings.data.ngrams.longest = 0;
  plan.train.embedding_rate = 3;
  plan.train.seed = command.seed;
  plan.train.learning_rate = 0.005;
  plan.train.max_epochs = 4;
  flows::mark_given(plan, &plan.train.max_epochs);  // however few the texts are
  return plan;
}

// The answers as a text model gives them.
std::vector<tasks::TextAnswer> answers_of(const flows::Explained& explained) {
  std::vector<tasks::TextAnswer> answers;
  for (const auto& answer : explained.answers) {
    answers.push_back(dynamic_cast<const tasks::AnsweredText&>(*answer).answer);
  }
  return answers;
}

std::string share_text(const Pointing& pointing) {
  return per_cent(pointing.share, 0) + " (" + fixed(100 * pointing.interval.low, 0) + " to " +
         fixed(100 * pointing.interval.high, 0) + ")";
}

// By the methods that explain shows by default.
flows::Explained explained_for_page(const flows::OpenModel& open, const tasks::Inputs& inputs) {
  const std::vector<std::string> methods = {std::string(open.model->stand_in().method),
                                            std::string(attribution::name_of(attribution::Method::kAttention))};
  return flows::explain(*open.model, inputs, kPageReviews, methods);
}

}  // namespace

void prepare_demo_folder(const DemoCommand& command) {
  std::error_code error;
  const fs::path folder = command.out;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error) && !fs::exists(folder / kMarker, error) &&
      !command.force) {
    throw UserError(ExitCode::kCannotWrite, command.out + ": is there already and was not made by fovea demo",
                    "Choose another folder with --out, or replace files in it with --force.");
  }
  fs::create_directories(folder, error);
  if (error) throw UserError(ExitCode::kCannotWrite, command.out + ": cannot make the folder: " + error.message());
  write_file(folder / kMarker, kMarkerText);
}

ExitCode run_demo(const DemoCommand& command) {
  if (command.task == tasks::translation_kind().name()) return demo_translation(command);
  const draw::Style style = begin(command.common);
  prepare_demo_folder(command);
  const fs::path folder = command.out;
  const bool needle = command.kind == "needle";
  log::info(needle ? "These texts are made up by a generator: long, and of invented names but for one clause.\n"
                     "The words that decide are known, which real texts never tell.\n"
                   : "These reviews are made up by a generator, English and Chinese, with negations and\n"
                     "contrasts: the words that decide are known, which real texts never tell.\n");
  const std::vector<data::MadeReview> test = write_texts(command, folder);
  if (command.texts_only) return told_of_texts(command, folder, std::ssize(test));

  TrainTold told(command.common);
  const flows::TrainOutcome outcome = flows::train(demo_training(command, folder), told.events());
  release_interrupts();
  if (outcome.interrupted) return ExitCode::kInterrupted;
  const flows::OpenModel open = flows::open_model((folder / "model").string());
  const std::string page = (folder / "page.html").string();
  const std::unique_ptr<tasks::Inputs> inputs =
      open.model->read({.paths = {(folder / "test.tsv").string()}, .table = {}});
  const flows::Explained explained = flows::explain(*open.model, *inputs, inputs->size(), {});
  write_file(page, flows::explained_page(open, *inputs, explained_for_page(open, *inputs), "made-up reviews"));
  const std::vector<tasks::TextAnswer> answers = answers_of(explained);
  const Pointing look = pointing(answers, test, [](const auto& token) { return token.weight; });
  const Pointing adding = pointing(answers, test, [](const auto& token) { return token.contribution.value_or(0); });

  Json json = outcome.json;
  json["made_up"] = true;
  json["page"] = page;
  json["top_word_decides"] = look.share;
  json["top_word_decides_ci"] = {look.interval.low, look.interval.high};
  json["top_word_decides_by_chance"] = look.chance;
  json["most_adding_word_decides"] = adding.share;
  json["most_adding_word_decides_ci"] = {adding.interval.low, adding.interval.high};
  deliver_json(command.common, json);
  if (command.common.json) return ExitCode::kFine;

  const tasks::TextTestResult& t = dynamic_cast<const tasks::TestedTexts&>(*outcome.test).result;
  std::string text =
      draw::summary_lines("test", per_cent(t.accuracy) + "  (" + fixed(100 * t.accuracy_low, 1) + " to " +
                                      fixed(100 * t.accuracy_high, 1) + ")   on " + with_commas(t.n) +
                                      " made-up texts not used before\n"
                                      "easy by design: your own texts will be harder");
  text += "\n";
  for (const size_t i : shown(test)) text += tasks::explained_line(answers[i], style) + "\n";
  text += "\n" + draw::summary_lines(
                     "looking", "the word that adds most to the answer is a deciding one in\n" + share_text(adding) +
                                    " of the texts, the word with the\nlargest weight in " + share_text(look) +
                                    ", one drawn at random in " + per_cent(look.chance, 0));
  text += draw::summary_lines("page", page);
  text +=
      "\nWith a file of your own (CSV, TSV, JSONL or __label__ lines):\n"
      "  fovea train reviews.csv --out model\n"
      "  fovea explain model reviews.csv --html page.html\n";
  print(text);
  return ExitCode::kFine;
}

}  // namespace fovea::cli
