// The texts of an audit: which rows of a file it takes, and what is known of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "attribution/text_subject.h"
#include "audit/audit.h"
#include "data/readers/table.h"
#include "tasks/text_classifier.h"

namespace fovea::cli {

struct AuditTexts {
  audit::AuditInput input;
  std::vector<const data::Row*> rows;  // of each text; they belong to the table given
  int64_t in_file = 0, too_short = 0;  // rows of the file; texts of fewer than two words, left out
};

// At most `limit` rows, drawn with `seed` where there are more, in the order of the file; 0: all. Without a limit
// 1,000, and fewer, but 10, where texts are long: leave-one-out reads a text of n words n times, and all of them shall
// read no more than 50 million words. Throws UserError (kBadData) where fewer than two texts of two words or more are
// left.
AuditTexts audit_texts(const data::Table& table, const std::string& name, tasks::TextClassifier& classifier,
                       attribution::TextSubject& subject, std::optional<int64_t> limit, uint64_t seed);

// Gives examples, which know the numbers of their texts, the texts themselves, their words and the names of their
// labels.
void name_examples(std::vector<audit::Example>& examples, const std::vector<const data::Row*>& rows,
                   tasks::TextClassifier& classifier);

}  // namespace fovea::cli
