// The tables of options in docs/cli.md are those that the description of the options makes.
#include <algorithm>
#include <filesystem>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/files.h"
#include "cli/options.h"
#include "tasks/kinds.h"

namespace fovea::cli {
namespace {

using options::Described;
using options::Part;

std::string usual_of(const Described& option) {
  if (*option.facts.usual) return option.facts.usual;
  if (options::is_switch(option.field)) return "";
  if (const auto* spelled = std::get_if<options::Spelled>(&option.field)) return spelled->usual;
  if (std::holds_alternative<options::Maybe>(option.field)) return "auto";
  std::ostringstream text;
  std::visit(
      [&](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (!std::is_same_v<Value, std::monostate> && !std::is_same_v<Value, std::vector<std::string>>) {
          text << value;
        }
      },
      options::value_of(option.field));
  return text.str();
}

// "Features of a word vector" inside a sentence.
std::string words_of(const options::Facts& facts) {
  std::string words = *facts.more ? facts.more : facts.says;
  const bool name = words.size() > 1 && std::isupper(static_cast<unsigned char>(words[1])) != 0;  // "HTML"
  if (!*facts.more && !name) words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
  return words;
}

std::string row_of(const Described& option) {
  const options::Facts& facts = option.facts;
  std::string name = "`--" + std::string(facts.name) + (*facts.shown ? " " + std::string(facts.shown) : "") + "`";
  if (facts.letter) name += std::string(", `-") + facts.letter + "`";
  const std::string usual = usual_of(option);
  return "| " + name + " |" + (usual.empty() ? "" : " " + usual) + " | " + words_of(facts) + " |\n";
}

template <typename Command>
std::string table(const std::string& title, const std::vector<Part>& parts, Command command = {}) {
  std::vector<Described> described = options::described(command);
  std::erase_if(described, [&](const Described& option) {
    return std::find(parts.begin(), parts.end(), option.facts.part) == parts.end();
  });
  std::stable_sort(described.begin(), described.end(), [](const Described& a, const Described& b) {
    return std::pair(a.facts.part, a.facts.row) < std::pair(b.facts.part, b.facts.row);
  });
  std::string text =
      title.empty() ? "| | default | |\n|---|---|---|\n" : "| " + title + " | default | |\n|---|---|---|\n";
  for (const Described& option : described) text += row_of(option);
  return text;
}

// Each whole, one behind the other.
void expect_in_order(const std::string& name, std::span<const std::string> tables) {
  const std::string document = read_file(std::filesystem::path(FOVEA_SOURCE_DIR) / "docs" / name);
  size_t place = 0;
  for (const std::string& wanted : tables) {
    const size_t found = document.find(wanted, place);
    if (found == std::string::npos) {
      ADD_FAILURE() << "docs/" << name << " lacks this table, here or altogether:\n" << wanted;
    } else {
      place = found + wanted.size();
      EXPECT_NE(document[place], '|') << "a row too many after\n" << wanted;
    }
  }
}

TEST(OptionTables, AreInTheDocumentAsTheOptionsAreDescribed) {
  const std::string tables[] = {
      table<TrainCommand>("files", {Part::kFiles}),
      table<TrainCommand>("text", {Part::kText}),
      table<TrainCommand>("model", {Part::kPreset, Part::kModel}),
      table<TrainCommand>("what it starts from", {Part::kStart}),
      table<TrainCommand>("training", {Part::kSeed, Part::kTraining}),
      table<TrainCommand>("what it lowers", {Part::kLoss, Part::kLabels}),
      table<TestCommand>("", {Part::kAnswers}),
      table<PredictCommand>("", {Part::kAnswers}),
      table<PredictCommand>("looking for translations", {Part::kDecoding}),
      table<ExplainCommand>("", {Part::kAnswers}),
      table<AlignCommand>("", {Part::kAnswers}),
      table<AuditCommand>("", {Part::kAudit}),
      table<CompareCommand>("", {Part::kComparison, Part::kFiles}),
      table<TuneCommand>("", {Part::kSearch, Part::kFiles}),
      table<DemoCommand>("", {Part::kFiles, Part::kSeed, Part::kTraining}),
      table<TrainCommand>("", {Part::kMachine}),
      table<TrainCommand>("", {Part::kReading}),
  };
  expect_in_order("cli.md", tables);
}

TEST(OptionTables, OfATranslatorAreInItsDocument) {
  const auto trained = [](const std::string& title, const std::vector<Part>& parts) {
    return table<TrainCommand>(title, parts, TrainCommand(tasks::kind_named("translation")));
  };
  const std::string tables[] = {trained("data", {Part::kReading, Part::kText}),
                                trained("model", {Part::kPreset, Part::kModel}),
                                trained("what it lowers", {Part::kLoss})};
  expect_in_order("translation.md", tables);
  const tasks::Kind& kind = tasks::kind_named("translation");
  const tasks::UsualTraining usual = kind.usual_training(*kind.settings());
  std::ostringstream told;
  told << "`--batch-tokens` " << usual.max_tokens << ", `--max-epochs` " << usual.epochs << ", `--patience` "
       << usual.patience << ", `--average` " << usual.average << ", `--learning-rate` " << usual.learning_rate;
  const std::string document = read_file(std::filesystem::path(FOVEA_SOURCE_DIR) / "docs" / "translation.md");
  EXPECT_NE(document.find(told.str()), std::string::npos) << told.str();
}

}  // namespace
}  // namespace fovea::cli
