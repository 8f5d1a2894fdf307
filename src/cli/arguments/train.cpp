// The options of `fovea train`.
#include "cli/arguments/common.h"
#include "cli/arguments/loss.h"
#include "cli/arguments/start.h"
#include "cli/arguments/values.h"
#include "cli/arguments/verbs.h"
#include "cli/preset.h"

namespace fovea::cli {
namespace {

void add_text(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Text";
  describe(app.add_option("--tokenizer", words.tokenizer,
                          "words (by ICU, every script), char, whitespace or sentencepiece (pieces of words, learnt)")
               ->check(one_of({"words", "char", "whitespace", "sentencepiece"})),
           group);
  describe(
      app.add_option("--pieces", command.data.text.pieces,
                     "Pieces that --tokenizer sentencepiece learns from the training part, at most")
          ->check(whole_number(static_cast<uint64_t>(data::kFewestPieces), static_cast<uint64_t>(data::kMostPieces))),
      group);
  describe(app.add_flag("--no-nfkc", words.no_nfkc, "Do not fold compatible characters (full width, ligatures)"),
           group);
  describe(app.add_flag("--no-case-fold", words.no_case_fold, "Keep upper and lower case apart"), group);
  describe(app.add_option("--markup", words.markup,
                          "HTML tags: strip, keep, or auto (strip when over 5 % of rows hold them)")
               ->check(one_of({"auto", "strip", "keep"})),
           group);
  describe(app.add_option("--max-tokens", command.data.text.max_tokens,
                          "Tokens of a text that are read, from its beginning; 0: all")
               ->check(count()),
           group);
  describe(
      app.add_option("--min-count", command.data.vocabulary.min_count, "Words seen less often in training are unknown")
          ->check(whole_number(1, 1'000'000'000)),
      group);
  describe(app.add_option("--max-vocabulary", command.data.vocabulary.max_size, "Words known, at most; 0: no limit")
               ->check(count()),
           group);
}

void add_model(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Model";
  tasks::TextModelOptions& model = command.model;
  words.encoder = tasks::encoder_name(model.encoder);
  words.attention = tasks::attention_name(model.attention);
  words.normalizer = tasks::normalizer_name(model.normalizer);
  words.structure = tasks::structure_name(model.structure);
  words.dropout_kind = tasks::dropout_name(model.dropout_kind);
  describe(app.add_option("--encoder", words.encoder, "lstm, gru, elman, cnn, transformer or average")
               ->check(word_of(tasks::parse_encoder)),
           group);
  describe(app.add_option(
                  "--attention", words.attention,
                  "Score: additive, dot, scaled-dot or general; or a control: frozen (never trained), mean, max, last")
               ->check(word_of(tasks::parse_attention)),
           group);
  describe(app.add_option("--normalizer", words.normalizer, "From scores to weights: softmax, sparsemax or entmax15")
               ->check(word_of(tasks::parse_normalizer)),
           group);
  describe(app.add_option("--filter-width", model.filter_width, "Words that a filter of the encoder cnn reads, odd")
               ->check(whole_number(1, static_cast<uint64_t>(tasks::kMaxFilterWidth))),
           group);
  describe(app.add_option("--encoder-heads", model.encoder_heads, "Heads of the encoder transformer")
               ->check(whole_number(1, static_cast<uint64_t>(tasks::kMaxHeads))),
           group);
  describe(app.add_option("--structure", words.structure,
                          "flat: over the words of a text; rows: several such looks; hierarchical: over the words of "
                          "each sentence, then over the sentences")
               ->check(word_of(tasks::parse_structure)),
           group);
  describe(app.add_option("--rows", model.rows, "Looks of --structure rows")
               ->check(whole_number(2, static_cast<uint64_t>(tasks::kMaxRows))),
           group);
  describe(app.add_option("--row-penalty", model.row_penalty, "Weight in the loss of rows that look at the same words")
               ->check(number(0.0, tasks::kMaxRowPenalty)),
           group);
  describe(app.add_option("--heads", model.heads, "Heads of the attention, each with its part of a state")
               ->check(whole_number(1, static_cast<uint64_t>(tasks::kMaxHeads))),
           group);
  describe(app.add_option("--members", model.members, "Networks of this kind that answer together")
               ->check(whole_number(1, static_cast<uint64_t>(tasks::kMaxMembers))),
           group);
  describe(app.add_option("--embedding-size", model.embedding_size, "Features of a word vector")->check(size()), group);
  describe(app.add_option("--hidden-size", model.hidden_size, "Units of the encoder, of a recurrent one per direction")
               ->check(size()),
           group);
  describe(app.add_option("--attention-size", model.attention_size, "Width of the additive and the general score")
               ->check(size()),
           group);
  describe(app.add_option("--layers", model.layers, "Stacked layers of the encoder")->check(whole_number(1, 16)),
           group);
  describe(app.add_option("--directions", model.directions, "1: left to right; 2: both")->check(whole_number(1, 2)),
           group);
  describe(app.add_option("--embedding-dropout", model.embedding_dropout, "Dropout on word vectors")->check(share()),
           group);
  describe(app.add_option("--word-dropout", model.word_dropout, "Share of words read as unknown in training")
               ->check(share()),
           group);
  describe(app.add_option("--ngrams", command.data.ngrams.longest,
                          "Words of the n-grams whose log-count ratios stand beside a word, at most; 0: none")
               ->check(whole_number(0, data::kMaxNgramLength)),
           group);
  describe(app.add_option("--ngram-folds", command.data.ngrams.folds,
                          "Models that learn weights of n-grams, each without a part of the texts; 0: no such weights")
               ->check(whole_number(0, data::kMaxNgramFolds)),
           group);
  describe(app.add_option("--char-ngrams", command.data.ngrams.letters,
                          "Letters of the n-grams inside a word whose weights stand beside it, at most; 0: none")
               ->check(whole_number(0, data::kMostLetters)),
           group);
  describe(app.add_option("--ngram-dropout", model.ngram_dropout, "Share of words whose ratios are dropped in training")
               ->check(share()),
           group);
  describe(app.add_option("--state-dropout", model.state_dropout, "Dropout on encoder states")->check(share()), group);
  describe(app.add_option("--dropout-kind", words.dropout_kind,
                          "Of word vectors and states: element, each number for itself; variational, the same features "
                          "of all words of a text")
               ->check(word_of(tasks::parse_dropout)),
           group);
  describe(app.add_option("--output-dropout", model.output_dropout, "Dropout on the context")->check(share()), group);
}

void add_training(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Training";
  train::TrainOptions& train = command.train;
  words.decay = train::decay_name(train.decay);
  words.optimizer = train::optimizer_name(train.optimizer);
  describe(app.add_option("--seed", train.seed, "Seed of the split, the start and every draw")
               ->check(whole_number(0, kNoLimit)),
           group);
  describe(app.add_option("--max-epochs", train.max_epochs,
                          "Passes over the training part, at most; by default more of few texts, fewer of many")
               ->check(whole_number(1, 100000)),
           group);
  describe(app.add_option("--max-steps", train.max_steps, "Steps, at most; 0: no limit")->check(count()), group);
  describe(app.add_option("--max-minutes", train.max_minutes, "Minutes, at most; 0: no limit")->check(number(0.0, 1e6)),
           group);
  describe(app.add_option("--patience", train.patience,
                          "Evaluations without a better score before it stops; 0: never; by default more of few texts")
               ->check(count()),
           group);
  describe(app.add_option("--average", train.average,
                          "Evaluate and keep the running mean of the parameters, with this decay; 0: not")
               ->check(number(0.0, 0.99999)),
           group);
  describe(app.add_option("--metric", train.metric, "What the best model is best at: accuracy, macro_f1 or loss")
               ->check(one_of({"accuracy", "macro_f1", "loss"})),
           group);
  describe(app.add_option("--evaluations-per-epoch", train.evaluations_per_epoch, "Evaluations in each pass")
               ->check(whole_number(1, 1000)),
           group);
  describe(app.add_option("--batch-size", train.batches.max_examples, "Texts in a batch, at most")
               ->check(whole_number(1, 65536)),
           group);
  describe(app.add_option("--batch-tokens", train.batches.max_tokens, "Tokens in a batch, at most")
               ->check(whole_number(1, 100'000'000)),
           group);
  describe(app.add_option("--optimizer", words.optimizer, "adamw, adam (weight decay in the gradient) or sgd")
               ->check(word_of(train::parse_optimizer)),
           group);
  describe(app.add_option("--momentum", train.momentum, "Momentum of sgd; 0: none")->check(number(0.0, 0.9999)), group);
  describe(app.add_option("--learning-rate", train.learning_rate, "Highest learning rate; sgd's default is 0.3")
               ->check(number(1e-8, 10.0)),
           group);
  describe(app.add_option("--embedding-rate", train.embedding_rate, "Rate of the word vectors, in learning rates")
               ->check(number(0.0, 1000.0)),
           group);
  describe(app.add_option("--weight-decay", train.weight_decay, "Decoupled weight decay of matrices")
               ->check(number(0.0, 10.0)),
           group);
  describe(
      app.add_option("--warmup", train.warmup, "Share of the steps over which the rate rises")->check(number(0.0, 1.0)),
      group);
  describe(app.add_option("--decay", words.decay, "Fall of the rate: linear, cosine, none")
               ->check(word_of(train::parse_decay)),
           group);
  describe(app.add_option("--clip-norm", train.clip_norm, "Largest norm of a step's gradients; 0: never clipped")
               ->check(number(0.0, 1e9)),
           group);
}

}  // namespace

void add_training_options(CLI::App& verb, TrainCommand& command, OptionWords& words) {
  verb.add_option("DATA", command.data.paths,
                  "Files of labelled texts (__label__ lines, TSV, CSV, JSONL; .gz; - for standard input)");
  describe(verb.add_option("--valid", command.data.valid_paths, "Validation file(s), in place of a part of DATA")
               ->type_name("FILE...")
               ->expected(1, 1000),
           "Files");
  describe(verb.add_option("--test", command.data.test_paths, "Test file(s), read once at the end")
               ->type_name("FILE...")
               ->expected(1, 1000),
           "Files");
  describe(verb.add_option("--split", command.split, "Shares of DATA in per cent: training/validation/test")
               ->type_name("A/B/C")
               ->check(word_of([](const std::string& text) { data::parse_split(text, 1); })),
           "Files");
  describe(
      verb.add_option("--config", words.config, "TOML file of these options; the command line wins")->type_name("FILE"),
      "Files");
  describe(verb.add_option("--preset", command.preset,
                           "fast, or best: five networks together, up to 20,000 rows with --refit, in four to ten "
                           "times the time; options "
                           "given win over it")
               ->check(one_of(preset_names())),
           "Model");
  add_table(verb, command.data.table, words);
  add_text(verb, command, words);
  add_model(verb, command, words);
  add_vectors(verb, command);
  add_training(verb, command, words);
  add_loss(verb, command, words);
}

CLI::App* add_train(CLI::App& app, TrainCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("train", "Train a classifier on labelled texts");
  describe(verb->add_option("--out", command.out, "Folder of the model")->type_name("FOLDER"), "Files");
  describe(
      verb->add_flag("--force", command.force, "Replace a model, or an unfinished training, that is there already"),
      "Files");
  describe(verb->add_flag("--resume", command.resume, "Go on with the unfinished training in MODEL.partial"), "Files");
  add_training_options(*verb, command, words);
  describe(verb->add_flag("--refit,!--no-refit", command.refit,
                          "When it is known how long to train: learn anew from all rows, those of validation too"),
           "Training");
  add_model_in_and_out(*verb, command, words);
  describe(verb->add_flag("--profile", command.profile, "Print the time by part of a step"), "Output and machine");
  add_common(*verb, command.common);
  return verb;
}

}  // namespace fovea::cli
