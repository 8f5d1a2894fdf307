// From files of labelled texts to numbered texts in parts, with the vocabulary and the labels that explain them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/batches/texts.h"
#include "data/readers/table.h"
#include "data/vocab/ngrams.h"
#include "data/vocab/pretrained.h"
#include "data/vocab/segment.h"
#include "data/vocab/split.h"
#include "data/vocab/vocabulary.h"
#include "tasks/kind.h"
#include "tasks/text/summary.h"

namespace fovea::tasks {

struct TextDataOptions : DataFiles {
  data::TableOptions table;
  data::TextOptions text;
  data::VocabularyOptions vocabulary;
  data::NgramOptions ngrams;
  data::PretrainedOptions vectors;

  // Settings as saved in config.json (the layout found and the hashes are saved beside them).
  Json to_json() const;
};

// All but `text`, which is saved by itself.
void visit(TextDataOptions& options, options::Visitor& visitor);

// A trained model that training goes on from: its words keep their numbers, its labels stay.
struct TextBase {
  std::string path, sha256;
  data::Vocabulary vocabulary;
  std::vector<std::string> labels;
  std::vector<int64_t> label_counts;
  data::NgramTable ngrams;                 // may be empty
  std::vector<uint64_t> train_identities;  // sorted
  int64_t train_rows = 0;                  // with several labels per text
  data::PieceModel pieces{};               // where texts are cut into such
};

struct TextData {
  std::vector<std::string> labels;    // class order: sorted by bytes
  std::vector<int64_t> label_counts;  // rows of the training part, per class; those of a TextBase included
  int64_t counted_rows = 0;           // of which label_counts are shares
  data::Vocabulary vocabulary;
  std::shared_ptr<data::Spellings> spellings;  // of words not in it; none where nothing reads how they are written
  data::NgramTable ngrams;                     // counted in the training part; empty where there are too many classes
  data::Pretrained vectors;                    // of words of the vocabulary, and of some that max_size left out
  bool freeze_vectors = false;
  data::TextOptions text;   // with markup resolved
  data::PieceModel pieces;  // of Tokenizer::kSentencePiece: learnt from the training part, or those of the TextBase
  data::TableLayout layout;
  data::EncodedTexts train, valid;
  // With several labels per text: the classes of each row, ascending; the labels in `train` and `valid` are then 0.
  bool multi_label = false;
  std::vector<std::vector<int32_t>> train_labels, valid_labels;
  std::vector<double> train_weights;                         // of the rows of `train`; empty: all 1
  std::vector<data::Row> test_rows;                          // kept as texts: they are read once, at the end
  std::vector<data::Row> valid_rows;                         // likewise, where DataFiles::keep_valid is set
  std::vector<std::string> test_paths;                       // where the test rows come from, by Row::file
  std::vector<uint64_t> train_identities, valid_identities;  // sorted
  std::vector<std::string> paths, sha256;                    // every file read, and its hash
  DataSummary summary;
  std::vector<std::string> warnings;  // what is doubtful or was left out, in sentences
};

// Throws UserError for whatever is wrong with the data, and where training cannot begin: fewer than 2 or more than
// 10,000 classes, no training or (but with learn_valid) validation rows, a label of --valid that training lacks.
// `base`: where training goes on from a model; its options of text are those of `options`, and its n-grams are as long.
TextData load_text_data(const TextDataOptions& options, const TextBase* base = nullptr);

// One text, cut to text.max_tokens. `spellings`: by which unknown words are numbered; none: all are the unknown word.
struct EncodedText {
  std::vector<data::Token> tokens;  // those kept
  std::vector<int32_t> ids;
  std::vector<int32_t> sentence_starts;  // where text.sentences is set
  int64_t cut = 0;                       // tokens that were not kept
};
EncodedText encode_text(data::Segmenter& segmenter, const data::Vocabulary& vocabulary, const data::TextOptions& text,
                        const std::string& value, data::Spellings* spellings);

}  // namespace fovea::tasks
