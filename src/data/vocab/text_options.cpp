// How texts become numbers: the options of this room, described.
#include <array>
#include <utility>

#include "base/errors.h"
#include "base/options/json.h"
#include "data/vocab/ngrams.h"
#include "data/vocab/pretrained.h"
#include "data/vocab/segment.h"
#include "data/vocab/vocabulary.h"

namespace fovea::data {
namespace {

using options::idle_if;
constexpr std::array<std::pair<Tokenizer, const char*>, 4> kTokenizerNames = {
    {{Tokenizer::kWords, "words"},
     {Tokenizer::kCharacters, "char"},
     {Tokenizer::kWhitespace, "whitespace"},
     {Tokenizer::kSentencePiece, "sentencepiece"}}};
constexpr std::array<std::pair<Markup, const char*>, 3> kMarkupNames = {
    {{Markup::kAuto, "auto"}, {Markup::kStrip, "strip"}, {Markup::kKeep, "keep"}}};

constexpr const char* kPlace = "text options";
constexpr const char* kRemedy =
    "The settings were altered or come from another version of Fovea; train the model anew.";
constexpr const char* kNoFile = "there is no file of word vectors (--vectors)";
constexpr const char* kOfModel = "with --init word vectors come from that model";

}  // namespace

std::string name_of(Tokenizer tokenizer) {
  return options::name_in(kTokenizerNames, tokenizer);
}

std::string name_of(Markup markup) {
  return options::name_in(kMarkupNames, markup);
}

Json TextOptions::to_json() const {
  FOVEA_CHECK(markup != Markup::kAuto);
  return options::to_json(*this);
}

TextOptions TextOptions::from_json(const Json& json) {
  TextOptions options;
  options::JsonReader reader(json, kPlace, kRemedy);
  visit(options, reader);
  reader.refuse_unknown();
  if (options.markup == Markup::kAuto) {
    throw UserError(ExitCode::kBadData, std::string(kPlace) + ": field \"markup\" is \"auto\", not keep or strip",
                    kRemedy);
  }
  return options;
}

void visit(TextOptions& options, options::Visitor& visitor) {
  visitor.word({.name = "tokenizer",
                .says = "words (by ICU, every script), char, whitespace or sentencepiece (pieces of words, learnt)",
                .part = options::Part::kText,
                .more = "words (ICU, every script), char, whitespace, or sentencepiece: [pieces of "
                        "words](formats.md#pieces-of-words), learnt from the training part"},
               options.tokenizer, kTokenizerNames);
  visitor.whole(
      {.name = "pieces",
       .says = "Pieces that --tokenizer sentencepiece learns from the training part, at most",
       .part = options::Part::kText,
       .more = "of `--tokenizer sentencepiece`: pieces to learn, at most",
       .late = true,
       .idle = idle_if(options.tokenizer != Tokenizer::kSentencePiece, "it is for --tokenizer sentencepiece")},
      options.pieces, {kFewestPieces, kMostPieces});
  visitor.flag({.name = "no-nfkc",
                .says = "Do not fold compatible characters (full width, ligatures)",
                .part = options::Part::kText,
                .more = "keep compatible characters (full width, ligatures) apart",
                .key = "nfkc"},
               options.nfkc, options::Flag::kUnsets);
  visitor.flag({.name = "no-case-fold",
                .says = "Keep upper and lower case apart",
                .part = options::Part::kText,
                .key = "case_fold"},
               options.case_fold, options::Flag::kUnsets);
  visitor.word({.name = "markup",
                .says = "HTML tags: strip, keep, or auto (strip when over 5 % of rows hold them)",
                .part = options::Part::kText,
                .more = "HTML tags: strip, keep, or auto: strip when over 5 % of training rows hold some"},
               options.markup, kMarkupNames);
  visitor.whole({.name = "max-tokens",
                 .says = "Tokens of a text that are read, from its beginning; 0: all",
                 .part = options::Part::kText,
                 .more = "words of a text that are read, from its beginning; 0: all"},
                options.max_tokens, options::kCount);
  visitor.flag({.name = "", .says = "", .part = options::Part::kSettled, .key = "sentences", .late = true},
               options.sentences);
}

void visit(VocabularyOptions& options, options::Visitor& visitor) {
  visitor.whole({.name = "min-count",
                 .says = "Words seen less often in training are unknown",
                 .part = options::Part::kText,
                 .row = 1},
                options.min_count, {1, 1'000'000'000});
  visitor.whole({.name = "max-vocabulary",
                 .says = "Words known, at most; 0: no limit",
                 .part = options::Part::kText,
                 .row = 1,
                 .key = "max_size"},
                options.max_size, options::kCount);
}

void visit(NgramOptions& options, options::Visitor& visitor, const char* why_none) {
  const bool possible = *why_none == '\0';
  const auto idle = [&](bool holds, const char* because) { return possible ? idle_if(holds, because) : why_none; };
  const bool none = options.longest == 0, unweighed = options.folds == 0;
  constexpr int kRow = 70;  // among the options of the network, which reads the ratios
  visitor.whole({.name = "ngrams",
                 .says = "Words of the n-grams whose log-count ratios stand beside a word, at most; 0: none",
                 .part = options::Part::kModel,
                 .row = kRow,
                 .more = "words, at most, of the n-grams whose [ratios](formats.md#n-gram-ratios) stand beside each "
                         "word; 0: none",
                 .idle = why_none},
                options.longest, {0, kMaxNgramLength});
  visitor.whole({.name = "ngram-folds",
                 .says = "Models that learn weights of n-grams, each without a part of the texts; 0: no such weights",
                 .part = options::Part::kModel,
                 .row = kRow,
                 .more = "models that learn [weights of the n-grams](formats.md#n-gram-weights), each without a part "
                         "of the texts; 0: no such weights",
                 .late = true,
                 .idle = idle(none, "with --ngrams 0 there are no n-grams to weigh")},
                options.folds, {0, kMaxNgramFolds});
  visitor.whole({.name = "char-ngrams",
                 .says = "Letters of the n-grams inside a word whose weights stand beside it, at most; 0: none",
                 .part = options::Part::kModel,
                 .row = kRow,
                 .more = "letters, at most, of the n-grams inside a word whose "
                         "[weights](formats.md#n-grams-of-letters) stand beside it; 0: none",
                 .late = true,
                 .idle = none ? idle(true, "with --ngrams 0 there are no n-grams to weigh them with")
                              : idle(unweighed, "with --ngram-folds 0 no weights are learnt")},
                options.letters, {0, kMostLetters});
}

void check(const NgramOptions& options) {
  if (options.letters == 1) {
    throw UserError(ExitCode::kUsage, "--char-ngrams: single letters say nothing", "Give 0, or 2 or more.");
  }
  if (options.folds == 1) {
    throw UserError(ExitCode::kUsage, "--ngram-folds: 1 model has no texts left to learn from",
                    "Give 0, or 2 or more.");
  }
}

void visit(PretrainedOptions& options, options::Visitor& visitor) {
  const char* const idle = idle_if(options.path.empty(), kNoFile);
  visitor.text({.name = "vectors",
                .says = "Word vectors: GloVe or word2vec text, word2vec binary, fastText .vec; .gz",
                .part = options::Part::kStart,
                .shown = "FILE",
                .more = "[word vectors](formats.md#word-vectors): GloVe or word2vec text, word2vec's binary form, "
                        "fastText's `.vec`, plain or gzip",
                .late = true,
                .with_init = kOfModel},
               options.path);
  visitor.whole({.name = "vectors-words",
                 .says = "Words of that file, from its beginning, that are known though training lacks them",
                 .part = options::Part::kStart,
                 .more = "words known though training lacks them: the first N others of that file",
                 .late = true,
                 .with_init = kOfModel,
                 .idle = idle},
                options.extra_words, {0, 100'000'000});
  visitor.flag({.name = "freeze-vectors",
                .says = "The vectors of that file stay as they are",
                .part = options::Part::kStart,
                .more = "the vectors of that file stay as they are; those of other words learn",
                .late = true,
                .with_init = kOfModel,
                .idle = idle},
               options.frozen);
}

}  // namespace fovea::data
