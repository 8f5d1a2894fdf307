#include "cli/check_command.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "attribution/methods.h"
#include "base/errors.h"
#include "cli/preset.h"
#include "cli/quantities.h"
#include "cli/refit.h"

namespace fovea::cli {
namespace {

constexpr const char* kTableOptions[] = {"format",       "header",       "text-column",
                                         "label-column", "label-prefix", "on-bad-row"};

bool same_place(const std::string& a, const std::string& b) {
  std::error_code none;
  return std::filesystem::weakly_canonical(a, none) == std::filesystem::weakly_canonical(b, none);
}

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
  throw UserError(ExitCode::kUsage, what, remedy);
}

void refuse_unused(const CommonOptions& common, const std::string& option, const std::string& because) {
  if (common.given.count(option)) refuse("--" + option + " cannot apply: " + because, "Leave --" + option + " out.");
}

void fill_table(data::TableOptions& table, const OptionWords& words) {
  table.format = data::parse_format(words.format);
  if (words.header != "auto") table.header = words.header == "yes";
  table.on_bad_row = words.on_bad_row == "skip" ? data::BadRows::kSkip : data::BadRows::kStop;
}

void check_methods(const ExplainCommand& command) {
  std::set<std::string> named;
  for (const std::string& name : command.methods) {
    if (!attribution::find_method(name)) {
      std::string names;
      for (const attribution::MethodFacts& facts : attribution::kMethods) {
        names += (names.empty() ? "" : ", ") + std::string(facts.name);
      }
      refuse("--method: there is no method '" + name + "'", "There are " + names + ".");
    }
    if (!named.insert(name).second) refuse("--method: " + name + " is named twice", "Name each method once.");
  }
  if (command.steps && !command.methods.empty()) {
    refuse("--steps and --method exclude each other",
           "The lesson is how attention makes the answer; run it without --method.");
  }
}

void fill_text(data::TextOptions& text, const OptionWords& words) {
  text.tokenizer = data::tokenizer_of(words.tokenizer).value();  // the option takes names of tokenizers only
  text.nfkc = !words.no_nfkc;
  text.case_fold = !words.no_case_fold;
  text.markup = words.markup == "strip"  ? data::Markup::kStrip
                : words.markup == "keep" ? data::Markup::kKeep
                                         : data::Markup::kAuto;
}

void check_model(const TrainCommand& command) {
  const nn::EncoderKind encoder = command.model.encoder;
  if (encoder == nn::EncoderKind::kAverage) {
    for (const char* option : {"hidden-size", "layers", "state-dropout"}) {
      refuse_unused(command.common, option, "the encoder 'average' has no layer");
    }
  }
  const bool states = encoder != nn::EncoderKind::kAverage && command.model.state_dropout > 0;
  if (!states && command.model.embedding_dropout == 0) {
    refuse_unused(command.common, "dropout-kind", "neither word vectors nor states are dropped");
  }
  if (!nn::is_recurrent(encoder)) {
    refuse_unused(command.common, "directions", "only lstm, gru and elman run through a text in a direction");
  }
  if (encoder != nn::EncoderKind::kCnn) refuse_unused(command.common, "filter-width", "only --encoder cnn has filters");
  if (encoder != nn::EncoderKind::kTransformer) {
    refuse_unused(command.common, "encoder-heads",
                  "it is for --encoder transformer (--heads are those of the pooling)");
  }
  if (command.data.text.tokenizer != data::Tokenizer::kSentencePiece) {
    refuse_unused(command.common, "pieces", "it is for --tokenizer sentencepiece");
  }
  if (command.data.ngrams.longest == 0) {
    refuse_unused(command.common, "ngram-dropout", "with --ngrams 0 there are no ratios to drop");
    refuse_unused(command.common, "ngram-folds", "with --ngrams 0 there are no n-grams to weigh");
    refuse_unused(command.common, "char-ngrams", "with --ngrams 0 there are no n-grams to weigh them with");
  }
  if (command.data.ngrams.folds == 0) {
    refuse_unused(command.common, "char-ngrams", "with --ngram-folds 0 no weights are learnt");
  }
  if (command.data.ngrams.letters == 1) refuse("--char-ngrams: single letters say nothing", "Give 0, or 2 or more.");
  if (command.data.ngrams.folds == 1)
    refuse("--ngram-folds: 1 model has no texts left to learn from", "Give 0, or 2 or more.");
  if (command.data.vectors.path.empty()) {
    for (const char* option : {"vectors-words", "freeze-vectors"}) {
      refuse_unused(command.common, option, "there is no file of word vectors (--vectors)");
    }
  }
  if (!nn::has_projection(command.model.attention)) {
    refuse_unused(command.common, "attention-size", "only additive, general and frozen attention have such a width");
  }
  if (!nn::attends(command.model.attention)) {
    refuse_unused(command.common, "normalizer", "this control has no scores");
  }
  if (command.model.structure != tasks::Structure::kRows) {
    for (const char* option : {"rows", "row-penalty"}) {
      refuse_unused(command.common, option, "it is for --structure rows");
    }
  }
  tasks::check_structure(command.model);
}

// At 1 a single step would take the whole of a weight away.
void check_decay(const train::TrainOptions& train) {
  if (train.learning_rate * std::max(1.0, train.embedding_rate) * train.weight_decay < 1) return;
  refuse("--weight-decay times --learning-rate (for word vectors times --embedding-rate) is 1 or more",
         "Lower one of them: such a step leaves nothing of the weights.");
}

void check_labels(TrainCommand& command) {
  data::TableOptions& table = command.data.table;
  if (!table.multi_label) {
    refuse_unused(command.common, "label-separator", "a text has one label (--multi-label allows several)");
    return;
  }
  if (table.label_separator.empty()) refuse("--label-separator: is empty", "Give what stands between two labels.");
  const std::string because = "with --multi-label a text may have several labels";
  refuse_unused(command.common, "class-weights", because + "; --weight-column weighs rows");
  for (const char* option : {"ngrams", "ngram-folds", "char-ngrams", "ngram-dropout"}) {
    refuse_unused(command.common, option, because + ", and n-gram ratios are of one class against the others");
  }
  command.data.ngrams.longest = 0;
  if (!command.common.given.count("metric")) command.train.metric = "loss";  // a threshold is not known yet
}

void check_out(const std::string& out) {
  if (out.empty()) {
    refuse("fovea train: --out MODEL is missing", "It names the folder to write, such as --out model.");
  }
  std::string bare = out;
  while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
  if (bare.ends_with(".partial")) {
    refuse("--out " + out + ": names ending in .partial are those of unfinished trainings",
           "Choose another name. An unfinished MODEL.partial goes on with --resume --out MODEL.");
  }
}

void check_data(const TrainCommand& command) {
  const tasks::TextDataOptions& data = command.data;
  const auto& taken = !data.valid_paths.empty() ? data.valid_paths : data.test_paths;
  if (data.paths.empty() && !command.resume && taken.size() > 1) {
    refuse("fovea train: DATA is missing: --valid and --test take every file that follows",
           "Put DATA first: fovea train DATA --valid FILE --out MODEL.");
  }
  if (data.paths.empty() && !command.resume) {
    refuse("fovea train: DATA is missing", "Name a file of labelled texts, or - for standard input.");
  }
  if (command.refit) {
    if (const auto why = why_no_refit(command)) refuse("--refit: " + *why, "Leave --refit out.");
  }
  int64_t inputs = 0;
  for (const auto* paths : {&data.paths, &data.valid_paths, &data.test_paths}) {
    inputs += std::count(paths->begin(), paths->end(), "-");
  }
  if (inputs > 1)
    refuse("fovea train: standard input can be read only once, and is named more often",
           "Write the texts to files and name those.");
  if (command.split_given && !data.valid_paths.empty()) {
    refuse("--split cannot apply: with --valid all of DATA is training", "Leave one of the two out.");
  }
  if (command.split_given && !data.test_paths.empty() && data.split.test > 0) {
    refuse("--split: with --test no test part is cut from DATA", "Give two shares, such as 90/10.");
  }
}

// DATA of a verb that trains many times: it is read again with other text options.
void check_study_data(const std::string& verb, const std::vector<GivenOption>& training) {
  const auto data = std::find_if(training.begin(), training.end(), [](const GivenOption& o) { return o.name.empty(); });
  if (data == training.end()) refuse("fovea " + verb + ": DATA is missing", "Name a file of labelled texts.");
  for (const GivenOption& option : training) {
    const bool file = option.name.empty() || option.name == "valid" || option.name == "test";
    if (!file || std::find(option.values.begin(), option.values.end(), "-") == option.values.end()) continue;
    refuse("fovea " + verb + ": standard input can be read only once", "Write the texts to a file and name that.");
  }
}

}  // namespace

bool table_options_given(const CommonOptions& common) {
  for (const char* option : kTableOptions) {
    if (common.given.count(option)) return true;
  }
  return false;
}

void refuse_table_options(const CommonOptions& common, const std::string& because) {
  for (const char* option : kTableOptions) refuse_unused(common, option, because);
}

void check_together(TrainCommand& command) {
  check_labels(command);
  check_model(command);
}

void settle(TrainCommand& command, const OptionWords& words) {
  fill_table(command.data.table, words);
  fill_text(command.data.text, words);
  command.model.encoder = tasks::parse_encoder(words.encoder);
  command.model.attention = tasks::parse_attention(words.attention);
  command.model.normalizer = tasks::parse_normalizer(words.normalizer);
  command.model.dropout_kind = tasks::parse_dropout(words.dropout_kind);
  command.quantize = words.quantize == "int8";
  tasks::parse_class_weights(words.class_weights, &command.loss);
  command.train.optimizer = train::parse_optimizer(words.optimizer);
  if (command.train.optimizer != train::OptimizerKind::kSgd) {
    refuse_unused(command.common, "momentum", "it is for --optimizer sgd; Adam has moments of its own");
  }
  if (!command.common.given.count("learning-rate")) {
    command.train.learning_rate = train::TrainOptions::default_rate(command.train.optimizer);
  }
  command.model.structure = tasks::parse_structure(words.structure);
  command.data.text.sentences = command.model.structure == tasks::Structure::kHierarchical;
  command.train.decay = train::parse_decay(words.decay);
  apply_preset(command);
  command.split_given = command.common.given.count("split") > 0;
  command.data.split = data::parse_split(command.split, command.train.seed);
  if (!command.init.empty()) {
    for (const char* option : {"vectors", "vectors-words", "freeze-vectors"}) {
      refuse_unused(command.common, option, "with --init word vectors come from that model");
    }
  }
  // With --init when the model is read; with --resume each option must be as it was saved, and that was checked.
  if (command.init.empty() && !command.resume) check_together(command);
  check_decay(command.train);
  check_out(command.out);
  check_data(command);
  if (!command.init.empty() && same_place(command.init, command.out)) {
    refuse("--init and --out name the same folder", "Give the new model a folder of its own.");
  }
  if (command.resume && command.force) {
    refuse("--resume and --force exclude each other", "--resume goes on, --force begins anew.");
  }
}

void settle(CompareCommand& command, const OptionWords& words) {
  check_study_data("compare", command.training);
  if (command.vary.empty()) {
    refuse("fovea compare: --vary is missing",
           "It names what to compare, such as --vary attention=additive,mean,last.");
  }
  if (command.out.empty()) refuse("--out: the name is empty", "It names a folder, such as --out fovea-compare.");
  if (words.audit == "quick") command.audit = audit::Depth::kQuick;
  if (words.audit == "standard") command.audit = audit::Depth::kStandard;
}

void settle(TuneCommand& command, const OptionWords& words) {
  check_study_data("tune", command.training);
  command.budget = parse_duration(words.budget);
  command.max_bytes = parse_size(words.max_size);
  if (command.out.empty()) {
    refuse("fovea tune: --out FOLDER is missing", "It names the folder to write, such as --out tuned.");
  }
}

void settle(AuditCommand& command, const OptionWords& words) {
  fill_table(command.table, words);
  command.depth = words.depth == "standard" ? audit::Depth::kStandard : audit::Depth::kQuick;
  if (command.depth == audit::Depth::kQuick) {
    for (const char* option : {"train", "valid"}) {
      refuse_unused(command.common, option, "depth quick trains nothing (--depth standard does)");
    }
    if (words.require == "faithful") {
      refuse("--require faithful: depth quick gives no higher grade than informative", "Add --depth standard.");
    }
  }
  for (const audit::Grade grade : {audit::Grade::kDecorative, audit::Grade::kInformative, audit::Grade::kFaithful}) {
    if (words.require == audit::grade_name(grade)) command.require = grade;
  }
  if (command.common.given.count("map") && command.map.empty()) {
    refuse("--map: the name is empty", "It names a file of JSON lines, as fovea predict --json prints them.");
  }
  if (command.common.given.count("html") && command.html.empty()) {
    refuse("--html: the name is empty", "It names the page to write, such as --html audit.html.");
  }
}

void settle(TestCommand& command, const OptionWords& words) {
  fill_table(command.table, words);
  if (command.fasttext && command.common.json) {
    refuse("--fasttext and --json exclude each other", "Choose one form of output.");
  }
}

void settle(PredictCommand& command, const OptionWords& words) {
  fill_table(command.table, words);
  if (int{command.fasttext} + int{command.explain} + int{command.common.json} > 1) {
    refuse("--fasttext, --explain and --json exclude each other", "Choose one form of output.");
  }
  if (command.explain) refuse_unused(command.common, "top", "--explain shows one label for each text");
}

void settle(ExplainCommand& command, const OptionWords& words) {
  fill_table(command.table, words);
  if (command.text && !command.input.empty()) {
    refuse("fovea explain: both a text and an input were given", "Give one of the two.");
  }
  if (!command.text && command.input.empty()) {
    refuse("fovea explain: INPUT is missing", "Name a file, or give --text \"…\".");
  }
  if (command.steps && !command.html.empty()) {
    refuse("--steps and --html exclude each other", "The lesson is for the terminal; run it without --html.");
  }
  check_methods(command);
  if (!command.common.json && command.common.json_out.empty()) {
    refuse_unused(command.common, "top",
                  "it is for the labels in the JSON, and neither --json nor --json-out is given");
  }
}

}  // namespace fovea::cli
