#include "tasks/text/options.h"

#include <array>
#include <utility>

#include "base/errors.h"
#include "base/options/described.h"
#include "base/options/json.h"

namespace fovea::tasks {
namespace {

using options::idle_if;
using options::Part;

constexpr std::array<std::pair<nn::EncoderKind, const char*>, 7> kEncoders = {
    {{nn::EncoderKind::kLstm, "lstm"},
     {nn::EncoderKind::kGru, "gru"},
     {nn::EncoderKind::kElman, "elman"},
     {nn::EncoderKind::kAverage, "average"},
     {nn::EncoderKind::kCnn, "cnn"},
     {nn::EncoderKind::kTransformer, "transformer"},
     {nn::EncoderKind::kWord, "word"}}};
constexpr std::array<std::pair<nn::PoolingKind, const char*>, 8> kAttentions = {
    {{nn::PoolingKind::kAdditive, "additive"},
     {nn::PoolingKind::kDot, "dot"},
     {nn::PoolingKind::kScaledDot, "scaled-dot"},
     {nn::PoolingKind::kGeneral, "general"},
     {nn::PoolingKind::kFrozen, "frozen"},
     {nn::PoolingKind::kMean, "mean"},
     {nn::PoolingKind::kMax, "max"},
     {nn::PoolingKind::kLast, "last"}}};
constexpr std::array<std::pair<ops::Normaliser, const char*>, 3> kNormalizers = {
    {{ops::Normaliser::kSoftmax, "softmax"},
     {ops::Normaliser::kSparsemax, "sparsemax"},
     {ops::Normaliser::kEntmax15, "entmax15"}}};
constexpr std::array<std::pair<Look, const char*>, 2> kLooks = {{{Look::kPlain, "plain"}, {Look::kClear, "clear"}}};
constexpr std::array<std::pair<Structure, const char*>, 3> kStructures = {
    {{Structure::kFlat, "flat"}, {Structure::kRows, "rows"}, {Structure::kHierarchical, "hierarchical"}}};
constexpr std::array<std::pair<nn::DropoutKind, const char*>, 2> kDropouts = {
    {{nn::DropoutKind::kElement, "element"}, {nn::DropoutKind::kVariational, "variational"}}};

int64_t state_size(const TextModelOptions& options) {
  if (options.encoder == nn::EncoderKind::kAverage) return options.embedding_size;
  return options.hidden_size * (nn::is_recurrent(options.encoder) ? options.directions : 1);
}

// Why there is one way to look only; null where there are two.
const char* why_plain(const TextModelOptions& options) {
  if (options.encoder == nn::EncoderKind::kAverage) return "without an encoder there are no states to look past";
  if (options.encoder == nn::EncoderKind::kWord) return "a state is made of its word alone";
  if (options.attention == nn::PoolingKind::kLast) return "the control 'last' takes a state of the encoder";
  if (options.attention == nn::PoolingKind::kMax) return "the control 'max' takes its features from states";
  return nullptr;
}

constexpr const char* kStructure = "structure";
constexpr const char* kHeads = "heads";

}  // namespace

const char* encoder_name(nn::EncoderKind kind) {
  return options::name_in(kEncoders, kind);
}
const char* attention_name(nn::PoolingKind kind) {
  return options::name_in(kAttentions, kind);
}
const char* normalizer_name(ops::Normaliser kind) {
  return options::name_in(kNormalizers, kind);
}
const char* structure_name(Structure structure) {
  return options::name_in(kStructures, structure);
}

void check_structure(const TextModelOptions& options) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    throw UserError(ExitCode::kUsage, what, remedy);
  };
  if (options.structure == Structure::kRows && !nn::attends(options.attention)) {
    throw options::CannotApply(
        kStructure,
        std::string("the control '") + attention_name(options.attention) + "' has no query that rows could look with",
        "Choose an attention with scores, or another structure.");
  }
  if (options.encoder == nn::EncoderKind::kCnn && options.filter_width % 2 == 0) {
    refuse("--filter-width " + std::to_string(options.filter_width) + " is even",
           "Choose an odd width: a filter reads as many words before its own as after it.");
  }
  if (options.clear() && options.value_width % 2 == 0) {
    refuse("--value-width " + std::to_string(options.value_width) + " is even",
           "Choose an odd width: a value is made of as many words before its own as after it.");
  }
  if (options.encoder == nn::EncoderKind::kTransformer && options.hidden_size % options.encoder_heads != 0) {
    refuse("--encoder-heads " + std::to_string(options.encoder_heads) + " cannot apply: --hidden-size " +
               std::to_string(options.hidden_size) + " is no multiple of it",
           "Choose a number of heads that divides it.");
  }
  if (options.heads == 1) return;
  if (options.structure != Structure::kFlat) {
    throw options::CannotApply(kHeads, "several heads are for --structure flat", "Leave one of the two out.");
  }
  if (!nn::attends(options.attention)) {
    throw options::CannotApply(kHeads,
                               std::string("the control '") + attention_name(options.attention) + "' has no scores");
  }
  if (state_size(options) % options.heads != 0) {
    refuse("--heads " + std::to_string(options.heads) + " cannot apply: the " + std::to_string(state_size(options)) +
               " features of a state are no multiple of it",
           "Choose a number of heads that divides them.");
  }
  if (options.clear() && options.hidden_size % options.heads != 0) {
    refuse("--heads " + std::to_string(options.heads) + " cannot apply: the " + std::to_string(options.hidden_size) +
               " features of a value are no multiple of it",
           "Choose a number of heads that divides them.");
  }
}

std::string TextModelOptions::describe() const {
  std::string text;
  if (encoder == nn::EncoderKind::kAverage) {
    text = "word vectors " + std::to_string(embedding_size) + ", no encoder";
  } else if (encoder == nn::EncoderKind::kCnn) {
    text = "CNN " + std::to_string(hidden_size) + " of width " + std::to_string(filter_width);
  } else if (encoder == nn::EncoderKind::kTransformer) {
    text = "Transformer " + std::to_string(hidden_size) + " of " + std::to_string(encoder_heads) + " heads";
  } else if (encoder == nn::EncoderKind::kWord) {
    text = "words one by one " + std::to_string(hidden_size);
  } else {
    const char* cell = encoder == nn::EncoderKind::kLstm ? "LSTM" : encoder == nn::EncoderKind::kGru ? "GRU" : "Elman";
    const std::string units = std::to_string(hidden_size);
    text = (directions == 2 ? "Bi" : "") + std::string(cell) + " " + units + (directions == 2 ? "+" + units : "");
  }
  if (encoder != nn::EncoderKind::kAverage && layers > 1) text += " × " + std::to_string(layers) + " layers";
  if (members > 1) text = std::to_string(members) + " members of " + text;
  text += std::string(", ") + attention_name(attention);
  const char* sentences = structure == Structure::kHierarchical ? ", over words and then over sentences" : "";
  if (!nn::attends(attention)) {
    if (!reads_states()) text = "words by filters, " + std::string(attention_name(attention));
    return text + " instead of attention" + sentences;
  }
  text += " attention";
  if (normalizer != ops::Normaliser::kSoftmax) text += std::string(" by ") + normalizer_name(normalizer);
  if (structure == Structure::kRows) text += " in " + std::to_string(rows) + " rows";
  if (heads > 1) text += " with " + std::to_string(heads) + " heads";
  if (clear()) text += value_width > 1 ? " to values of " + std::to_string(value_width) + " words" : " to words";
  return text + sentences;
}

bool TextModelOptions::clear() const {
  return look == Look::kClear && !why_plain(*this);
}

bool TextModelOptions::reads_states() const {
  return !clear() || nn::attends(attention);
}

Json TextModelOptions::to_json() const {
  return options::to_json(*this);
}

TextModelOptions TextModelOptions::from_json(const Json& json) {
  constexpr const char* kPlace = "config.json: model";
  TextModelOptions options;
  options.look = Look::kPlain;  // which there was before there were two
  options::read_json(options, json, kPlace);
  try {
    check_structure(options);
  } catch (const UserError& error) {
    throw UserError(ExitCode::kBadData, std::string(kPlace) + ": " + error.what());
  }
  return options;
}

void visit(TextModelOptions& options, options::Visitor& visitor, const char* no_ratios) {
  const nn::EncoderKind encoder = options.encoder;
  const bool average = encoder == nn::EncoderKind::kAverage;
  const char* const no_layer = idle_if(average, "the encoder 'average' has no layer");
  const char* const no_rows = idle_if(options.structure != Structure::kRows, "it is for --structure rows");
  visitor.word({.name = "encoder",
                .says = "lstm, gru, elman, cnn, transformer, word or average",
                .part = Part::kModel,
                .row = 10,
                .more = "lstm, gru, elman (a plain recurrent layer), cnn (filters over neighbouring words), "
                        "transformer (self-attention), word (each word by itself, tanh(W *e* + b): no context), or "
                        "average: no encoder, attention weighs the word vectors"},
               options.encoder, kEncoders);
  visitor.word({.name = "attention",
                .says = "Score: additive, dot, scaled-dot or general; or a control: frozen (never trained), mean, "
                        "max, last",
                .part = Part::kModel,
                .row = 10,
                .more = "the score, in which *q* is learned and *m* is a memory row: additive, v · tanh(P m + q); "
                        "dot, q · m; scaled-dot, q · m / √D; general, q · P m. Or a control: frozen (additive, its "
                        "scorer never trained), mean, max, last"},
               options.attention, kAttentions);
  visitor.word({.name = "normalizer",
                .says = "From scores to weights: softmax, sparsemax or entmax15",
                .part = Part::kModel,
                .row = 10,
                .more = "from scores to weights: softmax; sparsemax and entmax15, which give some words exactly 0",
                .idle = idle_if(!nn::attends(options.attention), "this control has no scores")},
               options.normalizer, kNormalizers);
  visitor.whole({.name = "embedding-size", .says = "Features of a word vector", .part = Part::kModel, .row = 40},
                options.embedding_size, options::kSize);
  visitor.whole({.name = "hidden-size",
                 .says = "Units of the encoder, of a recurrent one per direction",
                 .part = Part::kModel,
                 .row = 40,
                 .more = "units of the encoder: of a recurrent one per direction, of cnn, transformer and word the "
                         "features of a word's state",
                 .idle = no_layer},
                options.hidden_size, options::kSize);
  visitor.whole(
      {.name = "layers", .says = "Stacked layers of the encoder", .part = Part::kModel, .row = 60, .idle = no_layer},
      options.layers, {1, 16});
  visitor.whole(
      {.name = "directions",
       .says = "1: left to right; 2: both",
       .part = Part::kModel,
       .row = 60,
       .more = "of recurrent encoders. 1: left to right; 2: both",
       .idle = idle_if(!nn::is_recurrent(encoder), "only lstm, gru and elman run through a text in a direction")},
      options.directions, {1, 2});
  visitor.whole({.name = "attention-size",
                 .says = "Width of the additive and the general score",
                 .part = Part::kModel,
                 .row = 50,
                 .idle = idle_if(!nn::has_projection(options.attention),
                                 "only additive, general and frozen attention have such a width")},
                options.attention_size, options::kSize);
  visitor.number({.name = "embedding-dropout",
                  .says = "Dropout on word vectors",
                  .part = Part::kModel,
                  .row = 65,
                  .more = "on word vectors",
                  .of_training = true},
                 options.embedding_dropout, options::kShare);
  visitor.number({.name = "word-dropout",
                  .says = "Share of words read as unknown in training",
                  .part = Part::kModel,
                  .row = 65,
                  .more = "share of the words that are read as unknown in training",
                  .of_training = true},
                 options.word_dropout, options::kShare);
  visitor.number({.name = "state-dropout",
                  .says = "Dropout on encoder states",
                  .part = Part::kModel,
                  .row = 80,
                  .more = "on encoder states; of transformer on what each of its parts adds",
                  .of_training = true,
                  .idle = no_layer},
                 options.state_dropout, options::kShare);
  visitor.number({.name = "output-dropout",
                  .says = "Dropout on the context",
                  .part = Part::kModel,
                  .row = 90,
                  .more = "on the context",
                  .of_training = true},
                 options.output_dropout, options::kShare);
  visitor.number({.name = "ngram-dropout",
                  .says = "Share of words whose ratios are dropped in training",
                  .part = Part::kModel,
                  .row = 75,
                  .more = "share of the words whose ratios and weights are dropped in training",
                  .of_training = true,
                  .idle = no_ratios},
                 options.ngram_dropout, options::kShare);
  const bool drops = options.embedding_dropout > 0 || (!average && options.state_dropout > 0);
  visitor.word({.name = "dropout-kind",
                .says = "Of word vectors and states: element, each number for itself; variational, the same features "
                        "of all words of a text",
                .part = Part::kModel,
                .row = 85,
                .more = "of word vectors and states. element: each number for itself; variational: the same features "
                        "of all words of a text, with `--structure hierarchical` of a sentence (Gal & Ghahramani "
                        "2016; their masks on the connections from step to step are not used)",
                .late = true,
                .of_training = true,
                .idle = idle_if(!drops, "neither word vectors nor states are dropped")},
               options.dropout_kind, kDropouts);
  visitor.word({.name = kStructure,
                .says = "flat: over the words of a text; rows: several such looks; hierarchical: over the words of "
                        "each sentence, then over the sentences",
                .part = Part::kModel,
                .row = 30,
                .more = "flat: one look over the words; rows: several; hierarchical: over the words of each "
                        "sentence, then over the sentences",
                .late = true},
               options.structure, kStructures);
  visitor.whole({.name = "rows",
                 .says = "Looks of --structure rows",
                 .part = Part::kModel,
                 .row = 30,
                 .more = "looks of `--structure rows`",
                 .late = true,
                 .idle = no_rows},
                options.rows, {2, kMaxRows});
  visitor.number({.name = "row-penalty",
                  .says = "Weight in the loss of rows that look at the same words",
                  .part = Part::kModel,
                  .row = 30,
                  .more = "of `--structure rows`: how much rows that look at the same words add to the loss",
                  .late = true,
                  .of_training = true,
                  .idle = no_rows},
                 options.row_penalty, {0, kMaxRowPenalty});
  const char* const looks_plain = options.clear()      ? ""
                                  : why_plain(options) ? why_plain(options)
                                                       : "it is for --look clear";
  visitor.word(
      {.name = "look",
       .says = "clear: a weight is of its word; plain: of the encoder's state at that word",
       .part = Part::kModel,
       .row = 5,
       .more =
           "what the weights weigh. clear: values made of each word, its n-grams and the words beside it, while "
           "the states of the encoder choose the weights, so that a weight says something of its word; plain: "
           "the states themselves, in which all words of the text stand. [trust.md](trust.md) has what each costs and "
           "shows",
       .late = true,
       .idle = idle_if(why_plain(options) != nullptr, why_plain(options))},
      options.look, kLooks);
  visitor.whole({.name = "value-width",
                 .says = "Words that a value of --look clear is made of, odd",
                 .part = Part::kModel,
                 .row = 20,
                 .more = "of `--look clear`: words that a value is made of, odd. More know of a negation before their "
                         "word, and their weight says less of it",
                 .late = true,
                 .idle = looks_plain},
                options.value_width, {1, kMaxFilterWidth});
  visitor.number(
      {.name = "neighbor-dropout",
       .says = "Share of the values of --look clear that training makes of their word alone",
       .part = Part::kModel,
       .row = 20,
       .more = "of `--look clear`: share of the values that are made of their word alone in training, so that "
               "they say most of it even where they are made of several",
       .late = true,
       .of_training = true,
       .idle = options.value_width == 1 ? "--value-width is 1" : looks_plain},
      options.neighbor_dropout, options::kShare);
  visitor.number(
      {.name = "entropy-penalty",
       .says = "Weight in the loss of the entropy of the weights, with --look clear",
       .part = Part::kModel,
       .row = 30,
       .more = "of `--look clear`: how much the entropy of the weights, in nats, adds to the loss in the "
               "end, as far as the "
               "answers are known by then: more makes fewer words carry the answer. Of texts of n > 128 words "
               "(128 / n)² of it",
       .late = true,
       .of_training = true,
       .idle = nn::attends(options.attention) ? looks_plain : "this control has no scores"},
      options.entropy_penalty, {0, kMaxEntropyPenalty});
  visitor.whole({.name = kHeads,
                 .says = "Heads of the attention, each with its part of a state",
                 .part = Part::kModel,
                 .row = 30,
                 .more = "of `--structure flat`: heads, each with its part of a state; they must divide its features",
                 .late = true},
                options.heads, {1, kMaxHeads});
  visitor.whole({.name = "members",
                 .says = "Networks of this kind that answer together",
                 .part = Part::kModel,
                 .row = 30,
                 .more = "networks of this kind, each with its own start and draws, that answer together by the mean "
                         "of their logits. Weights and contributions are the means of theirs, and still add up "
                         "exactly; the JSON has those of each",
                 .late = true},
                options.members, {1, kMaxMembers});
  visitor.whole({.name = "filter-width",
                 .says = "Words that a filter of the encoder cnn reads, odd",
                 .part = Part::kModel,
                 .row = 20,
                 .more = "of cnn: words that a filter reads, odd",
                 .late = true,
                 .idle = idle_if(encoder != nn::EncoderKind::kCnn, "only --encoder cnn has filters")},
                options.filter_width, {1, kMaxFilterWidth});
  visitor.whole({.name = "encoder-heads",
                 .says = "Heads of the encoder transformer",
                 .part = Part::kModel,
                 .row = 20,
                 .more = "of transformer: heads of its self-attention; they must divide `--hidden-size`",
                 .late = true,
                 .idle = idle_if(encoder != nn::EncoderKind::kTransformer,
                                 "it is for --encoder transformer (--heads are those of the pooling)")},
                options.encoder_heads, {1, kMaxHeads});
}

}  // namespace fovea::tasks
