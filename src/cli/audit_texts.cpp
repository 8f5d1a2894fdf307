#include "cli/audit_texts.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::cli {
namespace {

std::vector<size_t> chosen_rows(size_t rows, int64_t limit, uint64_t seed) {
  std::vector<size_t> chosen(rows);
  std::iota(chosen.begin(), chosen.end(), size_t{0});
  if (limit == 0 || static_cast<int64_t>(rows) <= limit) return chosen;
  shuffle(std::span<size_t>(chosen), {seed, Purpose::kAuditSample, uint64_t{1} << 41});
  chosen.resize(static_cast<size_t>(limit));
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

AuditTexts audit_texts(const data::Table& table, const std::string& name, tasks::TextClassifier& classifier,
                       attribution::TextSubject& subject, int64_t limit, uint64_t seed) {
  AuditTexts out;
  out.in_file = std::ssize(table.rows);
  out.input.material.classes = classifier.parts().labels;
  std::unordered_map<std::string, int64_t> class_of;
  for (const std::string& label : out.input.material.classes) class_of.emplace(label, std::ssize(class_of));
  for (const size_t at : chosen_rows(table.rows.size(), limit, seed)) {
    const data::Row& row = table.rows[at];
    attribution::Text text = subject.encode(row.text);
    if (text.size() < 2) {
      ++out.too_short;
      continue;
    }
    const auto truth = class_of.find(row.label);
    out.input.material.texts.push_back(std::move(text));
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

}  // namespace fovea::cli
