// Mistakes on the command line itself and in a --config file.
#include "cli/mistakes.h"

namespace fovea::test {
namespace {

class CommandLine : public Mistakes {};
class CommandLineSlow : public Mistakes {};  // more of the same kinds

TEST_F(CommandLine, VerbsAndOptions) {
  expect_told({
      {{}, 64, {"which verb?", "Verbs: train, test, predict, explain, align, audit, compare, tune, info, demo"}},
      {{"trian", "ok.txt"}, 64, {"there is no verb 'trian'", "Did you mean train?"}},
      {{"evil\x1b[31m\nverb"}, 64, {"there is no verb 'evil"}},
      {{"train", "ok.txt", "--ouy", "OUT"}, 64, {"there is no option --ouy", "Did you mean --out?"}},
      {{"train", "ok.txt", "--out", "OUT", "--max-epoch=3"},
       64,
       {"no option --max-epoch\n", "Did you mean --max-epochs?"}},
      {{"train", "ok.txt"}, 64, {"--out MODEL is missing", "such as --out model"}},
      {{"train", "ok.txt", "--out"}, 64, {"--out", "missing"}},
      {{"test", "model"}, 64, {"DATA is required"}},
      {{"explain", "model"}, 64, {"INPUT is missing", "--text"}},
      {{"predict", "model", "not", "quoted"}, 64, {"one argument too many: 'quoted'", "wants quotes"}},
      {{"predict", "model", "-x"}, 64, {"there is no option -x", "begins with - goes after --"}},
      training({"ok.txt", "--quiet", "--verbose"}, 64, {"--quiet excludes --verbose"}),
  });
}

TEST_F(CommandLineSlow, VerbsAndOptions) {
  expect_told({
      {{"--outt"}, 64, {"there is no verb '--outt'"}},
      {{"train"}, 64, {"--out MODEL is missing"}},
      {{"train", "--out", "OUT"}, 64, {"DATA is missing", "- for standard input"}},
      {{"train", "ok.txt", "--out", ""}, 64, {"--out MODEL is missing"}},
      {{"predict"}, 64, {"MODEL is required"}},
      {{"info", "model", "model"}, 64, {"one argument too many"}},
      {{"test", "model", "ok.txt", "--split", "80/10/10"}, 64, {"fovea test: there is no option --split"}},
      training({"ok.txt", "--seed", "1", "--seed", "2"}, 64, {"--seed"}),
  });
}

TEST_F(CommandLine, WrongNumbers) {
  expect_told({
      training({"ok.txt", "--hidden-size", "many"}, 64, {"--hidden-size: 'many' is not a whole number"}),
      training({"ok.txt", "--max-steps", "9223372036854775808"}, 64, {"--max-steps: '9223372036854775808' is not"}),
      training({"ok.txt", "--max-epochs", ""}, 64, {"--max-epochs: '' is not a whole number from 1 to 100000"}),
      training({"ok.txt", "--learning-rate", "nan"}, 64, {"--learning-rate: 'nan' is not a number from 1e-08 to 10"}),
      training({"ok.txt", "--learning-rate", "1e400"}, 64, {"--learning-rate: '1e400' is not"}),
      training({"ok.txt", "--embedding-dropout", "nan"}, 64,
               {"--embedding-dropout: 'nan' is not a number from 0 to 0.95"}),
      training({"ok.txt", "--seed", "-1"}, 64, {"--seed: '-1' is not a whole number from 0"}),
  });
}

TEST_F(CommandLineSlow, WrongNumbers) {
  expect_told({
      training({"ok.txt", "--hidden-size", "-3"}, 64, {"--hidden-size: '-3' is not a whole number from 1 to 65536"}),
      training({"ok.txt", "--hidden-size", "0"}, 64, {"--hidden-size: '0' is not"}),
      training({"ok.txt", "--hidden-size", "1.5"}, 64, {"--hidden-size: '1.5' is not a whole number"}),
      training({"ok.txt", "--hidden-size", "99999999999999999999"}, 64,
               {"--hidden-size: '99999999999999999999' is not"}),
      training({"ok.txt", "--learning-rate", "0,01"}, 64, {"--learning-rate: '0,01' is not"}),
      training({"ok.txt", "--state-dropout", "1"}, 64, {"--state-dropout: '1' is not"}),
      training({"ok.txt", "--clip-norm", "nan"}, 64, {"--clip-norm: 'nan' is not"}),
      training({"ok.txt", "--max-minutes", "inf"}, 64, {"--max-minutes: 'inf' is not a number from 0 to 1000000"}),
      training({"ok.txt", "--seed", "18446744073709551616"}, 64, {"--seed: '18446744073709551616' is not"}),
      training({"ok.txt", "--threads", "-2"}, 64, {"--threads: '-2' is not a whole number from 0 to 1024"}),
      {{"predict", "model", "a b", "--top", "0"}, 64, {"--top: '0' is not a whole number from 1 to 10000"}},
      {{"explain", "model", "ok.txt", "--limit", "-1"}, 64, {"--limit: '-1' is not a whole number from 0"}},
  });
}

TEST_F(CommandLine, WordsThatAreNoChoice) {
  expect_told({
      training({"ok.txt", "--encoder", "lsmt"}, 64,
               {"--encoder: there is no 'lsmt'", "lstm, gru, elman, average, cnn, transformer"}),
      training({"ok.txt", "--structure", "tree"}, 64, {"--structure: there is no 'tree'", "flat, rows, hierarchical"}),
      training({"ok.txt", "--attention", "aditive"}, 64,
               {"--attention: there is no 'aditive'", "additive, dot, scaled-dot, general, frozen, mean, max, last"}),
      training({"ok.txt", "--quantize", "int4"}, 64, {"--quantize: there is no 'int4', choose one of: none, int8"}),
      training({"ok.txt", "--optimizer", "adagrad"}, 64, {"--optimizer: there is no 'adagrad'", "adamw, adam, sgd"}),
      training({"ok.txt", "--metric", "f1"}, 64,
               {"--metric: there is no 'f1', choose one of: accuracy, macro_f1, loss"}),
      training({"ok.txt", "--device", "cuda"}, 64, {"--device: this version of Fovea runs on the CPU only"}),
      training({"ok.txt", "--split", "80/10"}, 64, {"--split 80/10: the shares must sum to 100"}),
      training({"ok.txt", "--split", "80/20/20"}, 64, {"--split 80/20/20: the shares must sum to 100"}),
      training({"ok.txt", "--class-weights", "good:2"}, 66, {"good:2: no such file"}),
      training({"ok.txt", "--class-weights", "good=x"}, 64, {"--class-weights: cannot read 'good=x'", "balanced"}),
      training({"ok.txt", "--split", "half"}, 64, {"--split half: \"half\" is not a number", "--split 80/10/10"}),
      {{"test", "model", "ok.txt", "--require", "accuracy>0.8"},
       64,
       {"--require: cannot read 'accuracy>0.8'", "accuracy>=0.8"}},
      {{"test", "nowhere", "ok.txt", "--require", "accuracy=0.8"}, 64, {"cannot read 'accuracy=0.8'"}},
      {{"test", "model", "ok.txt", "--require", "accuracy>=nan"}, 64, {"cannot read 'accuracy>=nan'"}},
  });
}

TEST_F(CommandLineSlow, WordsThatAreNoChoice) {
  expect_told({
      training({"ok.txt", "--decay", "lin"}, 64, {"--decay: there is no 'lin'", "linear, cosine, root, none"}),
      training({"ok.txt", "--tokenizer", "bpe"}, 64,
               {"--tokenizer: there is no 'bpe', choose one of: words, char, whitespace, sentencepiece"}),
      training({"ok.txt", "--format", "xlsx"}, 64, {"--format: there is no 'xlsx', choose one of"}),
      training({"ok.txt", "--split", "70/10/10/10"}, 64, {"4 shares, not two or three"}),
      training({"ok.txt", "--split", "0/50/50"}, 64, {"the training share must be above 0"}),
      {{"test", "model", "ok.txt", "--require", "f1>=0.8"}, 64, {"cannot read 'f1>=0.8'", "macro_f1, micro_f1"}},
      {{"test", "model", "ok.txt", "--require", "accuracy>=high"}, 64, {"cannot read 'accuracy>=high'"}},
  });
}

TEST_F(CommandLine, OptionsThatCannotApply) {
  write("v.txt", "visit 0.5 1\n");
  write("broken.vec", "1 2\nvisit 0.5 x\n");
  expect_told({
      training({"ok.txt", "--encoder", "average", "--hidden-size", "9"}, 64,
               {"--hidden-size cannot apply: the encoder 'average'", "Leave --hidden-size out"}),
      training({"ok.txt", "--attention", "dot", "--attention-size", "9"}, 64,
               {"--attention-size cannot apply: only additive, general and frozen attention"}),
      training({"ok.txt", "--encoder", "cnn", "--directions", "2"}, 64,
               {"--directions cannot apply: only lstm, gru and elman"}),
      training({"ok.txt", "--rows", "4"}, 64, {"--rows cannot apply: it is for --structure rows"}),
      training({"ok.txt", "--structure", "hierarchical", "--heads", "2"}, 64,
               {"--heads cannot apply: several heads are for --structure flat"}),
      training({"ok.txt", "--structure", "rows", "--attention", "max"}, 64,
               {"--structure cannot apply: the control 'max' has no query"}),
      training({"ok.txt", "--hidden-size", "5", "--heads", "4"}, 64,
               {"--heads 4 cannot apply: the 10 features of a state are no multiple of it"}),
      training({"ok.txt", "--attention", "mean", "--normalizer", "sparsemax"}, 64,
               {"--normalizer cannot apply: this control has no scores"}),
      training({"ok.txt", "--ngrams", "0", "--ngram-dropout", "0.1"}, 64,
               {"--ngram-dropout cannot apply: with --ngrams 0 there are no ratios"}),
      training({"ok.txt", "--ngram-folds", "0", "--char-ngrams", "3"}, 64,
               {"--char-ngrams cannot apply: with --ngram-folds 0 no weights are learnt"}),
      training({"ok.txt", "--char-ngrams", "1"}, 64, {"--char-ngrams: single letters say nothing"}),
      training({"ok.txt", "--class-weights", "awful=2"}, 64,
               {"--class-weights: no training row has the label 'awful'"}),
      training({"ok.txt", "--weight-column", "2"}, 64, {"--weight-column cannot apply: ok.txt is read as fasttext"}),
      training({"ok.txt", "--momentum", "0.5"}, 64, {"--momentum cannot apply: it is for --optimizer sgd"}),
      training({"ok.txt", "--freeze-vectors"}, 64, {"--freeze-vectors cannot apply: there is no file of word vectors"}),
      training({"ok.txt", "--vectors", "v.txt", "--embedding-size", "9"}, 64,
               {"--embedding-size 9: the vectors of v.txt have 2 features"}),
      training({"ok.txt", "--vectors", "v.txt", "--encoder", "average", "--heads", "4"}, 64,
               {"--heads 4 cannot apply: the 2 features of a state are no multiple of it"}),
      training({"ok.txt", "--vectors", "broken.vec"}, 65, {"broken.vec:2: 'x' is not a number"}),
      training({"ok.txt", "--vectors", "none.vec"}, 66, {"none.vec: no such file"}),
      training({"ok.txt", "--split", "80/10/10", "--test", "ok.txt"}, 64, {"--split: with --test", "such as 90/10"}),
      training({"ok.txt", "--resume"}, 66, {"--resume: there is no unfinished training in"}),
      training({"ok.txt", "--text-column", "text"}, 64, {"--text-column cannot apply: ok.txt is read as fasttext"}),
      {{"predict", "model", "a b", "--json", "--fasttext"}, 64, {"exclude each other", "one form"}},
      {{"explain", "model", "ok.txt", "--steps"}, 64, {"--steps explains one text", "--text"}},
      {{"explain", "model", "--text", "a b", "--steps", "--html", "OUT"},
       64,
       {"--steps and --html exclude each other"}},
      {{"explain", "model", "--text", "a b", "--steps", "--method", "ig"},
       64,
       {"--steps and --method exclude each other", "without --method"}},
      {{"explain", "model", "--text", "a b", "--method", "attention,lime"},
       64,
       {"--method: there is no method 'lime'", "There are attention, contribution,"}},
      {{"explain", "model", "--text", "a b", "--method", "ig,ig"}, 64, {"--method: ig is named twice"}},
      {{"explain", "model", "--method", "ig"}, 64, {"INPUT is missing"}},
  });
}

TEST_F(CommandLineSlow, OptionsThatCannotApply) {
  expect_told({
      training({"ok.txt", "--encoder", "average", "--directions", "2"}, 64, {"--directions cannot apply"}),
      training({"ok.txt", "--filter-width", "5"}, 64, {"--filter-width cannot apply: only --encoder cnn has filters"}),
      training({"ok.txt", "--encoder", "cnn", "--filter-width", "4"}, 64, {"--filter-width 4 is even"}),
      training({"ok.txt", "--encoder", "gru", "--encoder-heads", "2"}, 64, {"--encoder-heads cannot apply"}),
      training({"ok.txt", "--encoder", "transformer", "--hidden-size", "9", "--encoder-heads", "2"}, 64,
               {"--encoder-heads 2 cannot apply: --hidden-size 9 is no multiple of it"}),
      training({"ok.txt", "--structure", "hierarchical", "--row-penalty", "1"}, 64, {"--row-penalty cannot apply"}),
      training({"ok.txt", "--attention", "mean", "--heads", "2"}, 64, {"--heads cannot apply: the control 'mean'"}),
      training({"ok.txt", "--split", "90/10", "--valid", "ok.txt"}, 64, {"--split cannot apply: with --valid"}),
      training({"ok.txt", "--resume", "--force"}, 64, {"--resume and --force exclude each other"}),
      {{"predict", "model", "a b", "--json-out", "OUT"}, 64, {"fovea predict: there is no option --json-out"}},
      {{"predict", "model", "a b", "--format", "csv"}, 64, {"--format cannot apply: this is one text"}},
      {{"predict", "model", "a b", "--explain", "--top", "2"}, 64, {"--top cannot apply: --explain shows one label"}},
      {{"explain", "model", "--text", "a b", "--limit", "3"}, 64, {"--limit cannot apply: this is one text"}},
      {{"explain", "model", "ok.txt", "--top", "2"}, 64, {"--top cannot apply: it is for the labels in the JSON"}},
      {{"explain", "model", "--text", "a b", "--header", "yes"}, 64, {"--header cannot apply: this is one text"}},
      {{"explain", "model", "--text", "x", "ok.txt"}, 64, {"both a text and an input were given"}},
      {{"test", "model", "ok.txt", "--fasttext", "--json"}, 64, {"--fasttext and --json exclude each other"}},
  });
}

TEST_F(CommandLineSlow, SettingsFiles) {
  write("typo.toml", "encoder = 'gru'\nmax-epoch = 3\n");
  write("text.toml", "\nmax-epochs = \"three\"\n");
  write("broken.toml", "encoder = 'gru'\nmax-epochs = = 3\n");
  write("sections.toml", "[training]\nmax-epochs = 3\n");
  write("half.toml", "encoder = 'gru'\n\nmax-epochs = 2.5\n");
  write("flag.toml", "quiet = 1\n");
  write("list.toml", "max-epochs = [1, 2]\n");
  write("range.toml", "# too few\nmax-epochs = 0\n");
  write("choice.toml", "seed = 2\nencoder = 'gur'\n");
  write("twice.toml", "max-epochs = 2\nseed = 2\nmax_epochs = 3\n");
  write("split.toml", "split = '80/10'\n");
  write("itself.toml", "config = 'itself.toml'\n");
  write("bytes.toml", " \"'\xc2'");
  write("bytes-later.toml", "seed = 1\nencoder = '\xe9'\n");
  write("deep.toml", "seed = " + std::string(100'000, '[') + "\n");
  write(
      "dots.toml", "seed = 1\na" + [] {
        std::string dots;
        for (int i = 0; i < 100'000; ++i) dots += ".a";
        return dots;
      }() + " = 1\n");
  const auto with = [](const std::string& file, int code, const std::vector<std::string>& told) {
    return training({"ok.txt", "--config", file}, code, told);
  };
  expect_told({
      with("typo.toml", 65, {"typo.toml:2: there is no option 'max-epoch'", "Did you mean 'max-epochs'?"}),
      with("text.toml", 65, {"text.toml:2: 'max-epochs' wants a whole number"}),
      with("broken.toml", 65, {"broken.toml:2: bad format"}),
      with("sections.toml", 65, {"sections.toml:1: [training]: there are no sections"}),
      with("half.toml", 65, {"half.toml:3: 'max-epochs' wants a whole number"}),
      with("flag.toml", 65, {"flag.toml:1: 'quiet' wants true or false"}),
      with("list.toml", 65, {"list.toml:1: 'max-epochs' wants one value"}),
      with("range.toml", 65, {"range.toml:2: --max-epochs: '0' is not a whole number from 1"}),
      with("choice.toml", 65, {"choice.toml:2: --encoder: there is no 'gur'", "lstm, gru, elman, average"}),
      with("twice.toml", 65, {"twice.toml:3: 'max-epochs' is set already in line 1"}),
      with("split.toml", 65, {"split.toml:1: --split 80/10: the shares must sum to 100"}),
      with("itself.toml", 65, {"itself.toml:1: there is no option 'config'"}),
      with("bytes.toml", 65, {"bytes.toml:1: holds a byte that is not UTF-8"}),
      with("bytes-later.toml", 65, {"bytes-later.toml:2: holds a byte that is not UTF-8"}),
      with("deep.toml", 65, {"deep.toml:1: is nested too deeply"}),
      with("dots.toml", 65, {"dots.toml:2: is nested too deeply"}),
      with("none.toml", 66, {"none.toml: no such file"}),
      with("model", 66, {"model: is a folder, not a file"}),
  });
}

}  // namespace
}  // namespace fovea::test
