// A trained model of any kind, as every door uses it; free of tensors, and safe to ask from several threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attribution/methods.h"
#include "base/json.h"
#include "data/readers/table.h"
#include "draw/columns.h"
#include "draw/picture.h"
#include "metrics/sequence/links.h"
#include "metrics/sequence/words.h"
#include "metrics/sums.h"
#include "tasks/decoding/options.h"

namespace fovea::tasks {

class Data;
class Kind;

inline constexpr const char* kStandardInput = "standard input";  // in place of a path in what is told

using attribution::Nouns;
using draw::Told;

// Where inputs come from: files that are read by rows, or one input by itself.
struct InputSource {
  std::vector<std::string> paths;
  data::TableOptions table;
  bool like_training = true;  // files are expected to look as those of the training did; a difference is told
};

// Inputs as they were read, with what the file says of each.
class Inputs {
 public:
  virtual ~Inputs() = default;
  virtual int64_t size() const = 0;
  virtual int64_t line(int64_t input) const { return 0; }  // of its file, from 1; 0 where there is none
  // Each in a sentence; "" where there is nothing to say.
  virtual std::string difference() const { return ""; }  // from what the model was trained on
  virtual std::string left_out() const { return ""; }    // rows that could not be read
  virtual std::string doubt() const { return ""; }       // what makes their labels doubtful
  virtual int64_t bad_bytes() const { return 0; }        // that were not UTF-8, each read as U+FFFD
  // What is asked of each input, where that is not simply its answer, in whole sentences.
  virtual std::string asked() const { return ""; }

  std::vector<std::string> warnings() const;  // those sentences that there are
};

// Inputs::left_out() of a table.
std::string left_out_text(const data::ReadReport& report);

// What the beginning of a file of one input a line tells of all its lines.
struct LineForm {
  std::string label_prefix;  // before an input may stand labels with this prefix, which are no part of it; "" = none
  std::string told, warned;  // for the user; "" = nothing
};

// How an answer is written.
enum class Form {
  kPlain,      // "positive\t0.7712"
  kFasttext,   // "__label__positive 0.77123"
  kExplained,  // one line with its picture
  kLinks       // of what answers with sequences: its links to the input alone
};
struct Shown {
  std::optional<int> top;  // labels; none: as many as the answer gives
};

class Answer {
 public:
  virtual ~Answer() = default;
  virtual Json json(const Shown& shown) const = 0;
  virtual std::string line(Form form, const Shown& shown, const draw::Style& style) const = 0;
  // What a page shows: what is answered, and where the model looked.
  virtual draw::Headline headline() const = 0;
  virtual draw::Picture picture() const = 0;
  // Of an answer that is a sentence, the words of the input that its own are linked to; none where nothing is linked.
  virtual metrics::Links links() const { return {}; }
  // The class that is answered, by which methods of attribution are asked.
  virtual int64_t decided() const = 0;

  // Whether the same is answered where one part is erased: the first of what stand_in() shows of every input, else the
  // one of the largest weight, whatever is shown beside it. None where that was not asked, or nothing is left to answer
  // by.
  std::optional<bool> stays_without_top;
};

// How the links of an answer to its input are written behind it.
enum class Aligned { kNone, kHard, kSoft };

struct AnswerOptions {
  double abstain = 0;          // below this probability no label is given
  bool truths = false;         // beside each answer the truth and the line of its input, where they are known
  bool contributions = false;  // what each part adds to the answer, where its JSON tells that
  bool without_top = false;    // whether each answer stays without its first part: read once more
  // Of kinds that answer with sequences:
  DecodingOptions decoding = {};
  Aligned aligned = Aligned::kNone;
  bool given = false;                                // answer with what the file has, as the model reads it
  std::optional<metrics::Tokenizer> tokenizer = {};  // of scores by words; none: by the language
  int64_t first_number = 0;                          // of the first input among all that are answered
};

// What the inputs of a test added to a measure.
struct Scored {
  metrics::Measure measure;
  metrics::RowSums sums;  // input by input; of a measure that is shown and never compared one row may hold them all
};

// The scores of a model on inputs whose truth is known.
class TestResult {
 public:
  virtual ~TestResult() = default;
  virtual std::vector<Scored> scored() const = 0;  // the first is the one that people ask for first
  virtual std::vector<int64_t> sizes() const = 0;  // parts of each input: words of a text
  virtual metrics::Interval interval() const;      // 95 %, of the first score
  virtual Json json() const = 0;
  virtual std::string report(const draw::Style& style) const = 0;
  // In fastText's form. Throws UserError (kUsage) for a kind that has no labels.
  virtual std::string fasttext_report() const;
  // By its name; nothing for one that there is not. At least those of scored().
  virtual std::optional<double> score(std::string_view name) const;
  virtual std::string difference() const {
    return "";
  }  // of the file from what the model was trained on; "" where none
  // What is said of it after a training, short.
  virtual std::vector<Told> told() const = 0;
  // How the result is headed: which model, which data.
  virtual void name(const std::string& model, const std::string& data) = 0;
};

// One answer with everything that adds up to it, for a lesson.
class Explanation {
 public:
  virtual ~Explanation() = default;
  virtual Json json(const Shown& shown) const = 0;
  virtual std::string lesson(const draw::Style& style) const = 0;
};

struct ModelFacts {
  std::string architecture;  // "BiLSTM 128+128, additive attention"
  int64_t parameters = 0;
  std::string attention;            // as --attention
  std::string why_no_weights;       // "" where attention gives weights that can be audited
  bool weights_are_shares = false;  // of max and last: a weight is the share of what was taken from a part
  std::string knows;                // "12,345 words"
  std::vector<Told> told;           // what `fovea info` says of this kind alone
  Json own;                         // the same, for JSON
};

// A model as an audit asks it about some inputs.
struct Asked {
  std::shared_ptr<attribution::Subject> subject;
  std::shared_ptr<attribution::Attributor> attributor;
  std::vector<int64_t> truth = {};  // class of each input, where its classes are its own; else Model::truth() knows
};

// An input in words, for the single examples of an audit.
struct Spelled {
  std::string text;
  std::vector<std::pair<int64_t, int64_t>> parts;  // the bytes [start, end) of each part in it; none: there is no text
  std::string truth;                               // as the file has it; "" where it says nothing
  std::string decision = "";  // of a model that answers with a sequence: which decision it is, in words
};

// A method whose picture is shown before that of the weights. always: of all inputs, with the weights below, since it
// says exactly what each part adds; otherwise of those whose weights are nearly even.
struct StandIn {
  std::string_view method = "";  // "": there is none
  bool always = false;
};

class Model {
 public:
  virtual ~Model() = default;
  virtual const Kind& kind() const = 0;
  virtual ModelFacts facts() const = 0;

  // Throws UserError for whatever is wrong with the files.
  virtual std::unique_ptr<Inputs> read(const InputSource& source) const = 0;
  // Each string is one input: a text, or the path of one.
  virtual std::unique_ptr<Inputs> take(std::span<const std::string> inputs) const = 0;
  // Of a file of one input a line, or of a stream of which only the first line is at hand. Throws UserError (kBadData)
  // where it is none.
  virtual LineForm line_form(std::string_view beginning, const std::string& path) const { return {}; }

  // Whether an answer is a sequence that is looked for (AnswerOptions::decoding), and not one of some labels.
  virtual bool answers_with_sequences() const { return false; }

  // Throws UserError (kUsage) for an option that cannot apply to this model.
  virtual void require(const AnswerOptions& options) const {}

  // Of `count` inputs from `first` on, in order.
  virtual std::vector<std::unique_ptr<Answer>> answer(const Inputs& inputs, int64_t first, int64_t count,
                                                      const AnswerOptions& options) const = 0;
  // word: of an answer that is a sentence, which of its words the lesson is of, from 0; none: the least probable one.
  // Throws UserError (kUsage) for a kind that has no lesson, and for a word that there is not.
  virtual std::unique_ptr<Explanation> explain(const Inputs& inputs, int64_t input, std::optional<int64_t> word) const;
  virtual std::unique_ptr<TestResult> test(const Inputs& inputs, const AnswerOptions& options) const = 0;

  // Whether the model knows which inputs it was trained on.
  virtual bool remembers() const { return false; }
  // +1: the input was in the training part; 0: in neither, or not known; -1: in the validation part.
  virtual int seen(const Inputs& inputs, int64_t input) const { return 0; }

  // What an audit asks about: the inputs themselves, or of a model that answers with a sequence one decision of each,
  // drawn with the seed, so that inputs are as independent as they were. Throws UserError (kBadData) where the truth is
  // needed for that and is not there.
  virtual std::unique_ptr<Inputs> decisions(std::unique_ptr<Inputs> inputs, uint64_t seed) const { return inputs; }
  // Why no twins of such a model are trained for an audit, behind "because"; "" where they are.
  virtual std::string why_no_twins() const { return ""; }

  // What an audit needs to know of inputs, and a model that answers questions about `chosen` ones of them, in that
  // order. ask() throws UserError (kUsage) where the model cannot be asked at all.
  // Of a model that answers with a sequence these are of decisions().
  virtual std::vector<std::string> classes() const = 0;                  // none where each input has classes of its own
  virtual int64_t truth(const Inputs& inputs, int64_t input) const = 0;  // −1: unknown
  virtual int64_t parts(const Inputs& inputs, int64_t input) const = 0;
  virtual Spelled spelled(const Inputs& inputs, int64_t input) const { return {}; }
  virtual Asked ask(const Inputs& inputs, std::span<const int64_t> chosen) const = 0;
  // What a method says of the picture of each answer, in the order of its weights: of a model that answers with
  // sequences. The answers are to the inputs from the first on.
  virtual std::vector<attribution::Attribution> pictured_by(const attribution::MethodFacts& method,
                                                            const Inputs& inputs,
                                                            std::span<const std::unique_ptr<Answer>> answers,
                                                            uint64_t seed) const;
  // The methods that --method takes: those that ask() offers and the priors of its subject.
  virtual std::vector<attribution::MethodFacts> methods() const = 0;
  // The one whose picture is shown in the place of the weights where nothing is asked for.
  virtual StandIn stand_in() const { return {}; }
  // A map of the parts of the chosen inputs from a file, [input][part]; `data` names where the inputs come from. Throws
  // UserError.
  virtual std::vector<std::vector<double>> read_map(const std::string& path, const std::string& data,
                                                    const Inputs& inputs, std::span<const int64_t> chosen) const;

  // By what logits are divided before they are probabilities.
  virtual double temperature() const { return 1; }
  // Whether data give what this model knows, its words and labels, so that a twin trained on them reads inputs as it
  // does.
  virtual bool knows_the_same(const Data& data) const { return true; }
};

}  // namespace fovea::tasks
