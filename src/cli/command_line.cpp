#include "cli/command_line.h"

#include <charconv>
#include <limits>
#include <sstream>

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/version.h"
#include "cli/check_command.h"
#include "cli/config_file.h"
#include "cli/console.h"
#include "cli/nearest.h"

namespace fovea::cli {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

// Stricter than CLI::Range, which lets "nan" pass and has no words for what is not a number at all.
template <typename Number>
CLI::Validator number_between(Number low, Number high, const std::string& kind) {
  std::ostringstream range;
  range.precision(12);  // enough for a million to be written in full
  range << "from " << low;
  if (static_cast<double>(high) < 1e15) range << " to " << high;
  const std::string wanted = kind + " " + range.str();
  const auto refuse = [low, high, wanted](const std::string& text) -> std::string {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole_text = error == std::errc() && end == text.data() + text.size();
    return whole_text && value >= low && value <= high ? "" : "'" + text + "' is not " + wanted;
  };
  return CLI::Validator(refuse, range.str());
}

CLI::Validator whole_number(uint64_t low, uint64_t high) {
  return number_between<uint64_t>(low, high, "a whole number");
}
CLI::Validator number(double low, double high) {
  return number_between<double>(low, high, "a number");
}

// The words that `parse` takes; what it throws for others tells which those are.
template <typename Parse>
CLI::Validator word_of(Parse parse) {
  const auto check = [parse](const std::string& text) {
    parse(text);
    return std::string();
  };
  return CLI::Validator(check, "");
}

const CLI::Validator kShare = number(0.0, 0.95);
const CLI::Validator kSize = whole_number(1, 65536);
const CLI::Validator kCount = whole_number(0, 1'000'000'000'000'000);

// "--hidden-size N     what it is (default)", the second column wrapped. CLI11's own form prints types and ranges in
// lines of any length.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    constexpr size_t kLeft = 28;
    constexpr int kWidth = 80;
    std::string left = "  " + make_option_name(option, is_positional) + value_word(*option, is_positional);
    std::string right = make_option_desc(option);
    const std::string usual = option->get_default_str();
    if (!is_positional && option->get_expected_min() > 0 && !usual.empty() && usual != "\"\"" && usual != "[]") {
      right += " (" + usual + ")";
    }
    left += left.size() + 2 > kLeft ? "\n" + std::string(kLeft, ' ') : std::string(kLeft - left.size(), ' ');
    return left + fold_words(right, kWidth, kLeft) + "\n";
  }

 private:
  static std::string value_word(const CLI::Option& option, bool is_positional) {
    if (is_positional || option.get_expected_min() == 0) return "";
    const std::string type = option.get_type_name();
    if (type.rfind("FLOAT", 0) == 0) return " X";
    if (type.rfind("INT", 0) == 0 || type.rfind("UINT", 0) == 0) return " N";
    return type.rfind("TEXT", 0) == 0 ? " WORD" : " " + type.substr(0, type.find(':'));
  }
};

CLI::Option* describe(CLI::Option* option, const std::string& group) {
  return option->group(group)->capture_default_str();
}

enum class JsonFile { kOffered, kNot };  // predict writes a line of JSON per text, so it has no file of one object

void add_common(CLI::App& app, CommonOptions& common, JsonFile file = JsonFile::kOffered) {
  const std::string group = "Output and machine";
  describe(app.add_flag("--json", common.json, "One JSON object on standard output (predict: one a line)"), group);
  if (file == JsonFile::kOffered)
    describe(app.add_option("--json-out", common.json_out, "Write the JSON to this file as well")->type_name("FILE"),
             group);
  describe(app.add_flag("-q,--quiet", common.quiet, "Only warnings and errors on standard error"), group);
  describe(app.add_flag("-v,--verbose", common.verbose, "More about what is done"), group)->excludes("--quiet");
  describe(app.add_option("--threads", common.threads, "Threads; 0: every core")->check(whole_number(0, 1024)), group);
  describe(app.add_option("--color", common.color, "Colours: auto, always, never")
               ->check(CLI::IsMember({"auto", "always", "never"})),
           group);
  describe(
      app.add_option("--device", common.device, "cpu; cuda is not there yet")->check(CLI::IsMember({"cpu", "cuda"})),
      group);
}

void add_table(CLI::App& app, data::TableOptions& table, OptionWords& words) {
  const std::string group = "Reading the data";
  describe(app.add_option("--format", words.format, "auto, fasttext, tsv, csv or jsonl")
               ->check(CLI::IsMember({"auto", "fasttext", "tsv", "csv", "jsonl"})),
           group);
  describe(app.add_option("--header", words.header, "Does the first row name the columns? auto, yes, no")
               ->check(CLI::IsMember({"auto", "yes", "no"})),
           group);
  describe(
      app.add_option("--text-column", table.text_columns, "Column of the text, by name or number from 1; 2,3 joins two")
          ->type_name("COLUMN")
          ->delimiter(',')
          ->allow_extra_args(false),
      group);
  describe(app.add_option("--label-column", table.label_column, "Column of the label, by name or number from 1")
               ->type_name("COLUMN"),
           group);
  describe(app.add_option("--label-prefix", table.label_prefix, "What begins a label in the fasttext format")
               ->type_name("TEXT"),
           group);
  describe(app.add_option("--on-bad-row", words.on_bad_row, "stop, or skip and count")
               ->check(CLI::IsMember({"stop", "skip"})),
           group);
}

void add_text(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Text";
  describe(app.add_option("--tokenizer", words.tokenizer, "words (by ICU, every script), char or whitespace")
               ->check(CLI::IsMember({"words", "char", "whitespace"})),
           group);
  describe(app.add_flag("--no-nfkc", words.no_nfkc, "Do not fold compatible characters (full width, ligatures)"),
           group);
  describe(app.add_flag("--no-case-fold", words.no_case_fold, "Keep upper and lower case apart"), group);
  describe(app.add_option("--markup", words.markup,
                          "HTML tags: strip, keep, or auto (strip when over 5 % of rows hold them)")
               ->check(CLI::IsMember({"auto", "strip", "keep"})),
           group);
  describe(app.add_option("--max-tokens", command.data.text.max_tokens,
                          "Tokens of a text that are read, from its beginning; 0: all")
               ->check(kCount),
           group);
  describe(
      app.add_option("--min-count", command.data.vocabulary.min_count, "Words seen less often in training are unknown")
          ->check(whole_number(1, 1'000'000'000)),
      group);
  describe(app.add_option("--max-vocabulary", command.data.vocabulary.max_size, "Words known, at most; 0: no limit")
               ->check(kCount),
           group);
}

void add_model(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Model";
  tasks::TextModelOptions& model = command.model;
  words.encoder = tasks::encoder_name(model.encoder);
  words.attention = tasks::attention_name(model.attention);
  words.normalizer = tasks::normalizer_name(model.normalizer);
  describe(
      app.add_option("--encoder", words.encoder, "lstm, gru, elman or average")->check(word_of(tasks::parse_encoder)),
      group);
  describe(app.add_option(
                  "--attention", words.attention,
                  "Score: additive, dot, scaled-dot or general; or a control: frozen (never trained), mean, max, last")
               ->check(word_of(tasks::parse_attention)),
           group);
  describe(app.add_option("--normalizer", words.normalizer, "From scores to weights: softmax, sparsemax or entmax15")
               ->check(word_of(tasks::parse_normalizer)),
           group);
  describe(app.add_option("--embedding-size", model.embedding_size, "Features of a word vector")->check(kSize), group);
  describe(app.add_option("--hidden-size", model.hidden_size, "Units of the encoder per direction")->check(kSize),
           group);
  describe(app.add_option("--attention-size", model.attention_size, "Width of the additive and the general score")
               ->check(kSize),
           group);
  describe(app.add_option("--layers", model.layers, "Stacked layers of the encoder")->check(whole_number(1, 16)),
           group);
  describe(app.add_option("--directions", model.directions, "1: left to right; 2: both")->check(whole_number(1, 2)),
           group);
  describe(app.add_option("--embedding-dropout", model.embedding_dropout, "Dropout on word vectors")->check(kShare),
           group);
  describe(
      app.add_option("--word-dropout", model.word_dropout, "Share of words read as unknown in training")->check(kShare),
      group);
  describe(app.add_option("--ngrams", command.data.ngrams.longest,
                          "Words of the n-grams whose log-count ratios stand beside a word, at most; 0: none")
               ->check(whole_number(0, data::kMaxNgramLength)),
           group);
  describe(app.add_option("--ngram-dropout", model.ngram_dropout, "Share of words whose ratios are dropped in training")
               ->check(kShare),
           group);
  describe(app.add_option("--state-dropout", model.state_dropout, "Dropout on encoder states")->check(kShare), group);
  describe(app.add_option("--output-dropout", model.output_dropout, "Dropout on the context")->check(kShare), group);
}

void add_training(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "Training";
  train::TrainOptions& train = command.train;
  words.decay = train::decay_name(train.decay);
  describe(app.add_option("--seed", train.seed, "Seed of the split, the start and every draw")
               ->check(whole_number(0, kNoLimit)),
           group);
  describe(app.add_option("--max-epochs", train.max_epochs, "Passes over the training part, at most")
               ->check(whole_number(1, 100000)),
           group);
  describe(app.add_option("--max-steps", train.max_steps, "Steps, at most; 0: no limit")->check(kCount), group);
  describe(app.add_option("--max-minutes", train.max_minutes, "Minutes, at most; 0: no limit")->check(number(0.0, 1e6)),
           group);
  describe(app.add_option("--patience", train.patience, "Evaluations without a better score before it stops; 0: never")
               ->check(kCount),
           group);
  describe(app.add_option("--average", train.average,
                          "Evaluate and keep the running mean of the parameters, with this decay; 0: not")
               ->check(number(0.0, 0.99999)),
           group);
  describe(app.add_option("--metric", train.metric, "What the best model is best at: accuracy, macro_f1 or loss")
               ->check(CLI::IsMember({"accuracy", "macro_f1", "loss"})),
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
  describe(app.add_option("--learning-rate", train.learning_rate, "Highest learning rate of AdamW")
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

CLI::App* add_train(CLI::App& app, TrainCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("train", "Train a classifier on labelled texts");
  verb->add_option("DATA", command.data.paths,
                   "Files of labelled texts (__label__ lines, TSV, CSV, JSONL; .gz; - for standard input)");
  describe(verb->add_option("--out", command.out, "Folder of the model")->type_name("FOLDER"), "Files");
  describe(
      verb->add_flag("--force", command.force, "Replace a model, or an unfinished training, that is there already"),
      "Files");
  describe(verb->add_flag("--resume", command.resume, "Go on with the unfinished training in MODEL.partial"), "Files");
  describe(verb->add_option("--valid", command.data.valid_paths, "Validation file(s), in place of a part of DATA")
               ->type_name("FILE...")
               ->expected(1, 1000),
           "Files");
  describe(verb->add_option("--test", command.data.test_paths, "Test file(s), read once at the end")
               ->type_name("FILE...")
               ->expected(1, 1000),
           "Files");
  describe(verb->add_option("--split", command.split, "Shares of DATA in per cent: training/validation/test")
               ->type_name("A/B/C")
               ->check(word_of([](const std::string& text) { data::parse_split(text, 1); })),
           "Files");
  describe(verb->add_option("--config", words.config, "TOML file of these options; the command line wins")
               ->type_name("FILE"),
           "Files");
  add_table(*verb, command.data.table, words);
  add_text(*verb, command, words);
  add_model(*verb, command, words);
  add_training(*verb, command, words);
  describe(verb->add_flag("--profile", command.profile, "Print the time by part of a step"), "Output and machine");
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_test(CLI::App& app, TestCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("test", "Score a model on labelled texts");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("DATA", command.paths, "Files of labelled texts")->required();
  describe(verb->add_flag("--fasttext", command.fasttext, "Print N, P@1 and R@1 as fastText does"),
           "Output and machine");
  describe(verb->add_option("--require", command.require,
                            "Exit with 1 unless it holds: accuracy>=0.8, macro_f1, micro_f1, loss<=…")
               ->type_name("CONDITION"),
           "Output and machine")
      ->allow_extra_args(false);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_predict(CLI::App& app, PredictCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("predict", "Label texts: one line out per line in");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("INPUT", command.input, "A text, a file of one text per line, or - for standard input");
  const std::string group = "Output and machine";
  describe(verb->add_option("--top", command.top, "Labels shown per text")->check(whole_number(1, 10000)), group);
  describe(verb->add_flag("--fasttext", command.fasttext, "Print __label__x p as fastText does"), group);
  describe(verb->add_flag("--explain", command.explain, "Shade the words by their weights"), group);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common, JsonFile::kNot);
  return verb;
}

CLI::App* add_explain(CLI::App& app, ExplainCommand& command, OptionWords& words) {
  CLI::App* verb = app.add_subcommand("explain", "Show where a model looks, in a page or step by step");
  verb->add_option("MODEL", command.model, "Folder of a trained model")->required();
  verb->add_option("INPUT", command.input, "A file of texts (labelled or not), or one text");
  const std::string group = "Output and machine";
  describe(verb->add_option("--text", command.text, "One text")->type_name("TEXT"), group);
  describe(
      verb->add_flag("--steps", command.steps, "The mechanism as a lesson: scores, weights, contributions, logits"),
      group);
  describe(verb->add_option("--html", command.html, "Write a page to this file")->type_name("FILE"), group);
  describe(verb->add_option("--limit", command.limit,
                            "Texts shown, from the beginning; 0: 200 on a page, 20 in the terminal")
               ->check(kCount),
           group);
  describe(verb->add_option("--top", command.top, "Labels per text in the JSON")->check(whole_number(1, 10000)), group);
  add_table(*verb, command.table, words);
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_info(CLI::App& app, InfoCommand& command) {
  CLI::App* verb = app.add_subcommand("info", "This program and machine, or a model");
  verb->add_option("MODEL", command.model, "Folder of a trained model");
  add_common(*verb, command.common);
  return verb;
}

CLI::App* add_demo(CLI::App& app, DemoCommand& command) {
  CLI::App* verb = app.add_subcommand("demo", "The whole way in under a minute, on texts made up for it");
  describe(verb->add_option("--out", command.out, "Folder for its data, model and page")->type_name("FOLDER"), "Files");
  describe(verb->add_flag("--force", command.force, "Write into a folder that is not the demo's own"), "Files");
  describe(
      verb->add_option("--seed", command.seed, "Seed of the texts and the training")->check(whole_number(0, kNoLimit)),
      "Training");
  add_common(*verb, command.common);
  return verb;
}

std::vector<std::string> option_names(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::string see_help(const CLI::App& verb) {
  return "See fovea " + (verb.get_name() == "fovea" ? std::string() : verb.get_name() + " ") + "--help.";
}

[[noreturn]] void refuse_extra(const CLI::App& app, const CLI::App* verb, const std::string& word) {
  if (!verb) {
    std::vector<std::string> verbs;
    for (const CLI::App* sub : app.get_subcommands({})) verbs.push_back(sub->get_name());
    const std::string guess = nearest(word, verbs);
    throw UserError(
        ExitCode::kUsage, "there is no verb '" + word + "'",
        (guess.empty() ? "" : "Did you mean " + guess + "? ") + "Verbs: train, test, predict, explain, info, demo.");
  }
  if (word.rfind("-", 0) == 0) {
    const std::string name = word.substr(0, word.find('='));
    const std::string guess = nearest(name, option_names(*verb));
    throw UserError(ExitCode::kUsage, "fovea " + verb->get_name() + ": there is no option " + name,
                    guess.empty() ? see_help(*verb) +
                                        (verb->get_name() == "train" ? "" : " A text that begins with - goes after --.")
                                  : "Did you mean " + guess + "? " + see_help(*verb));
  }
  throw UserError(ExitCode::kUsage, "fovea " + verb->get_name() + ": one argument too many: '" + word + "'",
                  "A text of several words wants quotes. " + see_help(*verb));
}

// The type of a key against the type its option takes.
void check_type(const ConfigEntry& entry, const CLI::Option& option, const std::string& place) {
  const std::string wanted = option.get_type_name();
  using Type = ConfigEntry::Type;
  const bool flag = option.get_expected_min() == 0;
  const bool whole = wanted.rfind("INT", 0) == 0 || wanted.rfind("UINT", 0) == 0;
  const bool number = wanted.rfind("FLOAT", 0) == 0;
  const auto refuse = [&](const std::string& kind) {
    throw UserError(ExitCode::kBadData, place + ": '" + entry.key + "' wants " + kind);
  };
  if (flag && entry.type != Type::kBoolean) refuse("true or false");
  if (!flag && whole && entry.type != Type::kInteger) refuse("a whole number");
  if (!flag && number && entry.type != Type::kFloat && entry.type != Type::kInteger) refuse("a number");
  const bool column = entry.key == "text-column" || entry.key == "label-column";
  if (!flag && !whole && !number && entry.type != Type::kString && !(column && entry.type == Type::kInteger))
    refuse("a string in quotes");
  if (entry.values.size() != 1 && option.get_items_expected_max() <= 1 && entry.key != "text-column")
    refuse("one value");
}

// Gives every key to its option, unless the command line has set it.
void apply_config(CLI::App& verb, const std::string& path) {
  for (const ConfigEntry& entry : read_config(path)) {
    const std::string place = path + ":" + std::to_string(entry.line);
    CLI::Option* option = verb.get_option_no_throw("--" + entry.key);
    if (!option || entry.key == "help" || entry.key == "config") {
      const std::string guess = option ? "" : nearest("--" + entry.key, option_names(verb));
      throw UserError(ExitCode::kBadData, place + ": there is no option '" + entry.key + "'",
                      guess.empty() ? see_help(verb) : "Did you mean '" + guess.substr(2) + "'?");
    }
    check_type(entry, *option, place);
    if (option->count() > 0) continue;
    if (option->get_expected_min() == 0 && entry.values.front() == "false") continue;
    for (const std::string& value : entry.values) option->add_result(value);
    try {
      option->run_callback();
    } catch (const CLI::Error& error) {
      throw UserError(ExitCode::kBadData, place + ": " + error.what());
    } catch (const UserError& error) {
      throw UserError(ExitCode::kBadData, place + ": " + error.what(), error.remedy());
    }
  }
}

void note_given(const CLI::App& verb, CommonOptions& common) {
  for (const CLI::Option* option : verb.get_options()) {
    if (option->count() > 0 && !option->get_lnames().empty()) common.given.insert(option->get_lnames().front());
  }
}

void parse_words(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, const_cast<char**>(argv));
  } catch (const CLI::ExtrasError&) {
    const auto chosen = app.get_subcommands();
    const CLI::App* verb = chosen.empty() ? nullptr : chosen.front();
    const std::vector<std::string> extras = app.remaining(true);
    refuse_extra(app, verb, extras.empty() ? std::string() : extras.front());
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::CallForVersion&) {
    throw;
  } catch (const CLI::ParseError& error) {
    const auto chosen = app.get_subcommands();
    const CLI::App& verb = chosen.empty() ? app : *chosen.front();
    throw UserError(ExitCode::kUsage,
                    (chosen.empty() ? "" : "fovea " + verb.get_name() + ": ") + std::string(error.what()),
                    see_help(verb));
  }
}

constexpr const char* kFooter =
    "\nTry it:     fovea demo\n"
    "Your data:  fovea train reviews.csv --out model\n"
    "            fovea predict model \"one long string of cliches\" --explain\n"
    "            fovea explain model reviews.csv --html page.html\n";

}  // namespace

std::optional<Command> parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Attention models that show where they look.", "fovea");
  app.set_version_flag("--version", std::string("fovea ") + version());
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  TrainCommand train;
  TestCommand test;
  PredictCommand predict;
  ExplainCommand explain;
  InfoCommand info;
  DemoCommand demo;
  OptionWords words;
  CLI::App* train_verb = add_train(app, train, words);
  CLI::App* test_verb = add_test(app, test, words);
  CLI::App* predict_verb = add_predict(app, predict, words);
  CLI::App* explain_verb = add_explain(app, explain, words);
  CLI::App* info_verb = add_info(app, info);
  CLI::App* demo_verb = add_demo(app, demo);
  try {
    parse_words(app, argc, argv);
  } catch (const CLI::Error& asked) {  // --help, --version
    std::ostringstream out;
    app.exit(asked, out, out);
    print(out.str());
    flush_output();
    return std::nullopt;
  }
  if (app.got_subcommand(train_verb)) {
    if (!words.config.empty()) apply_config(*train_verb, words.config);
    note_given(*train_verb, train.common);
    settle(train, words);
    return train;
  }
  if (app.got_subcommand(test_verb)) {
    note_given(*test_verb, test.common);
    settle(test, words);
    return test;
  }
  if (app.got_subcommand(predict_verb)) {
    note_given(*predict_verb, predict.common);
    settle(predict, words);
    return predict;
  }
  if (app.got_subcommand(explain_verb)) {
    note_given(*explain_verb, explain.common);
    settle(explain, words);
    return explain;
  }
  if (app.got_subcommand(info_verb)) return info;
  if (app.got_subcommand(demo_verb)) return demo;
  throw UserError(ExitCode::kUsage, "which verb?",
                  "Verbs: train, test, predict, explain, info, demo. See fovea --help.");
}

}  // namespace fovea::cli
