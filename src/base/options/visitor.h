// What an option is, said once, beside the struct that holds it: its name, its words, its range, what it decides and
// when it cannot apply. A struct lists its fields in a free function
//
//   void visit(Struct& options, options::Visitor& visitor);
//
// in the order in which they are saved. The command line, settings files, JSON, --resume, --init, --vary and the tables
// of docs/cli.md read that list (described.h, json.h). Knows no parser and no JSON.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fovea::options {

// What an option decides, in the order in which --help shows it. Several may stand under one heading.
enum class Part {
  kArgument,    // without a name on the command line: DATA, MODEL
  kComparison,  // of fovea compare
  kSearch,      // of fovea tune
  kAudit,       // of fovea audit
  kFiles,       // which files there are, and what is written
  kPreset,      // many others at once
  kAnswers,     // what is shown of each text
  kDecoding,    // how answers that are sequences are looked for
  kReading,     // how a file becomes rows
  kText,        // how a text becomes numbers
  kModel,       // the network
  kStart,       // what it starts from
  kSeed,        // every draw
  kTraining,    // how long and how it is trained
  kLoss,        // what training lowers
  kLabels,      // what labels and rows count for, as the data has it
  kMachine,     // how it is told, and where it runs
  kSettled,     // no option: it follows from others and is saved with them
};

const char* heading(Part part);  // in --help: "Model"; "" of kArgument and kSettled

// Whether variants of a study may differ in it: all of them see the same texts and labels and are trained with the same
// seeds.
bool may_vary(Part part);

inline constexpr const char* kByName = "?";   // saved under its name, with '_' for '-'
inline constexpr const char* kNotSaved = "";  // of what is told or written, and changes no result

struct Facts {
  const char* name;  // the long option without its dashes and the key of a settings file; of kArgument as --help has it
  const char* says;  // in --help
  Part part;
  int row = 0;                 // its place under the heading; those of one row stand as they are visited
  const char* shown = "";      // in --help in place of a value: "FILE"; "": by its type
  const char* more = "";       // in docs/cli.md in place of `says`
  const char* usual = "";      // in docs/cli.md in place of the default, where that says too little
  const char* key = kByName;   // in JSON
  char letter = '\0';          // its short name
  bool late = false;           // saved files from before it lack it: it then has the value that the struct has
  bool required = false;       // of kArgument
  bool or_number = false;      // a text that a settings file may also give as a number: the number of a column
  bool alone = false;          // of `fovea train` alone, not of trainings in a study
  bool per_run = false;        // may be given anew when a training goes on (--resume)
  bool of_training = false;    // may be given anew beside --init; all others of kText and kModel are the model's
  const char* with_init = "";  // why it cannot apply beside --init
  const char* idle = "";       // why it cannot apply to what was chosen; "": it can
  const char* lacking = "";    // why it cannot apply to this kind of task at all, so that --help leaves it out
};

// The name under which it is saved; "" where it is not.
std::string key_of(const Facts& facts);

// `because` where it holds, else "": for Facts::idle.
inline const char* idle_if(bool holds, const char* because) {
  return holds ? because : "";
}

// The kinds of fields. They point into the struct, which must outlive them.
struct Whole {
  int64_t* value;
  int64_t low, high;
};
struct WholeOrNone {
  std::optional<int64_t>* value;
  int64_t low, high;
};
struct Seed {  // any whole number from 0
  uint64_t* value;
};
struct Number {
  double* value;
  double low, high;
};
struct Flag {
  enum Form { kSets, kUnsets, kEither };  // given, it makes the value true, false, or as it says: --refit, --no-refit
  bool* value;
  Form form;
};
struct Maybe {  // auto, yes, no; in JSON null, true, false
  std::optional<bool>* value;
};
struct Text {
  std::string* value;
  std::vector<std::string> words;                 // the only ones; empty: any text
  std::function<void(const std::string&)> check;  // throws UserError; may be empty
};
struct TextOrNone {
  std::optional<std::string>* value;
};
struct List {
  enum Form { kAllThatFollow, kCommas, kOneEach };  // on the command line
  std::vector<std::string>* value;
  Form form;
};
struct Word {  // an enum, as the number of its word; the word "" cannot be given
  const void* field;
  std::vector<std::string> names;
  std::function<size_t()> chosen;
  std::function<void(size_t)> choose;
};
struct Spelled {  // a value that people write in a way of its own, such as 10m
  const void* field;
  std::string usual;
  std::function<void(const std::string&)> take;  // throws UserError
};
struct Weights {  // one of the words, or, where the word is "", a number for each of some names; in JSON a word or
                  // pairs
  Word word;
  std::map<std::string, double>* numbers;
  std::string* written;  // receives what the command line has, for others to read
};
using Field =
    std::variant<Whole, WholeOrNone, Seed, Number, Flag, Maybe, Text, TextOrNone, List, Word, Spelled, Weights>;

struct Range {
  int64_t low, high;
};
struct Between {
  double low, high;
};

inline constexpr Range kCount = {0, 1'000'000'000'000'000};  // of anything
inline constexpr Range kSize = {1, 65536};                   // of a layer
inline constexpr Between kShare = {0, 0.95};                 // of what is dropped

class Visitor {
 public:
  virtual ~Visitor() = default;

  void whole(const Facts& facts, int64_t& value, Range range) { field(facts, Whole{&value, range.low, range.high}); }
  void whole(const Facts& facts, std::optional<int64_t>& value, Range range) {
    field(facts, WholeOrNone{&value, range.low, range.high});
  }
  void seed(const Facts& facts, uint64_t& value) { field(facts, Seed{&value}); }
  void number(const Facts& facts, double& value, Between range) { field(facts, Number{&value, range.low, range.high}); }
  void flag(const Facts& facts, bool& value, Flag::Form form = Flag::kSets) { field(facts, Flag{&value, form}); }
  void maybe(const Facts& facts, std::optional<bool>& value) { field(facts, Maybe{&value}); }
  void text(const Facts& facts, std::string& value, std::function<void(const std::string&)> check = {}) {
    field(facts, Text{&value, {}, std::move(check)});
  }
  void text(const Facts& facts, std::optional<std::string>& value) { field(facts, TextOrNone{&value}); }
  void one_of(const Facts& facts, std::string& value, std::vector<std::string> words) {
    field(facts, Text{&value, std::move(words), {}});
  }
  void list(const Facts& facts, std::vector<std::string>& value, List::Form form = List::kAllThatFollow) {
    field(facts, List{&value, form});
  }
  void spelled(const Facts& facts, const void* value, std::string usual, std::function<void(const std::string&)> take) {
    field(facts, Spelled{value, std::move(usual), std::move(take)});
  }

  // `names`: pairs of a value and its word, of static storage; `value` must be among them.
  template <typename Value, typename Names>
  void word(const Facts& facts, Value& value, const Names& names) {
    field(facts, word_among(value, names));
  }
  template <typename Value, typename Names>
  void weights(const Facts& facts, Value& value, const Names& names, std::map<std::string, double>& numbers,
               std::string& written) {
    field(facts, Weights{word_among(value, names), &numbers, &written});
  }

  // In JSON the fields of `visit_inside` are an object of their own; `late` as in Facts, of all of it.
  virtual void inside(const char* key, const std::function<void()>& visit_inside, bool late = false) { visit_inside(); }

 private:
  virtual void field(const Facts& facts, const Field& field) = 0;

  template <typename Value, typename Names>
  static Word word_among(Value& value, const Names& names) {
    Word word{&value, {}, {}, {}};
    for (const auto& [known, name] : names) word.names.emplace_back(name);
    word.chosen = [&value, &names] {
      size_t i = 0;
      while (i < std::size(names) && !(std::data(names)[i].first == value)) ++i;
      return i;
    };
    word.choose = [&value, &names](size_t i) { value = std::data(names)[i].first; };
    return word;
  }
};

// Names of the values of an enum, and the way back.
template <typename Value, typename Names>
const char* name_in(const Names& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return "";
}

}  // namespace fovea::options
