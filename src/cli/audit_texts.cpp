#include "cli/audit_texts.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::cli {
namespace {

constexpr int64_t kUsualLimit = 1000, kLeastTexts = 10;
constexpr int64_t kWordsToRead = 50'000'000;  // by leave-one-out: a few minutes on two cores

// The numbers of the rows in the order in which they are taken: that of the file where all are, else drawn.
std::vector<size_t> rows_in_turn(size_t rows, int64_t limit, uint64_t seed) {
  std::vector<size_t> turn(rows);
  std::iota(turn.begin(), turn.end(), size_t{0});
  if (limit > 0) shuffle(std::span<size_t>(turn), {seed, Purpose::kAuditSample, uint64_t{1} << 41});
  return turn;
}

}  // namespace

AuditTexts audit_texts(const data::Table& table, const std::string& name, tasks::TextClassifier& classifier,
                       attribution::TextSubject& subject, std::optional<int64_t> limit, uint64_t seed) {
  AuditTexts out;
  out.in_file = std::ssize(table.rows);
  out.input.material.classes = classifier.parts().labels;
  std::unordered_map<std::string, int64_t> class_of;
  for (const std::string& label : out.input.material.classes) class_of.emplace(label, std::ssize(class_of));
  struct Taken {
    size_t row;
    attribution::Text text;
  };
  std::vector<Taken> taken;
  const int64_t most = limit.value_or(kUsualLimit);
  int64_t words = 0;
  for (const size_t at : rows_in_turn(table.rows.size(), most, seed)) {
    if (most > 0 && std::ssize(taken) == most) break;
    attribution::Text text = subject.encode(table.rows[at].text);
    if (text.size() < 2) {
      ++out.too_short;
      continue;
    }
    words += text.size() * text.size();
    if (!limit && words > kWordsToRead && std::ssize(taken) >= kLeastTexts) break;
    taken.push_back({at, std::move(text)});
  }
  std::sort(taken.begin(), taken.end(), [](const Taken& a, const Taken& b) { return a.row < b.row; });
  for (Taken& one : taken) {
    const data::Row& row = table.rows[one.row];
    const auto truth = class_of.find(row.label);
    out.input.material.texts.push_back(std::move(one.text));
    out.input.material.truth.push_back(truth == class_of.end() ? -1 : truth->second);
    out.rows.push_back(&row);
    const int seen = classifier.seen(row.text);
    out.input.seen_in_training += seen > 0;
    out.input.seen_in_validation += seen < 0;
  }
  if (out.rows.size() < 2) {
    throw UserError(ExitCode::kBadData, name + ": fewer than two texts have two words or more",
                    "An audit compares words within texts, over many texts: give some hundred.");
  }
  return out;
}

void name_examples(std::vector<audit::Example>& examples, const std::vector<const data::Row*>& rows,
                   tasks::TextClassifier& classifier) {
  const std::vector<std::string>& labels = classifier.parts().labels;
  for (audit::Example& example : examples) {
    const data::Row& row = *rows[example.row];
    example.text = row.text;
    example.line = row.line;
    example.answer_name = labels[static_cast<size_t>(example.answer)];
    example.truth_name = row.label;
    const std::vector<tasks::Answer> answers = classifier.answer({&row.text, 1});
    for (const tasks::WeightedToken& token : answers.front().tokens) {
      example.words.emplace_back(token.start, token.end);
    }
    FOVEA_CHECK(example.words.size() == example.scores.size(), example.words.size(), example.scores.size());
  }
}

}  // namespace fovea::cli
