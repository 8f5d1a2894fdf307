// A trained model as an audit asks it: by the numbers of its inputs and of their parts. What it answers is plain
// numbers.
//
// An input is what one answer is about. Its parts are what attention weighs, and what can be erased one by one: the
// words of a text, the regions of a picture, the frames of a recording. What an input looks like inside, how a part is
// erased and how inputs are read together is the subject's business.
//
// Of a model that answers with a sequence each decision is an input of its own: the pair of a sentence and a target
// step, which is read with the right words before that step. Its parts are those of the sentence. Its classes are the K
// most probable ones of the whole input, in falling order, and last "others", which stands for all the rest; they stay
// those classes whatever is erased of that input.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::attribution {

// How parts are erased. Deleted: taken out, so that the input is shorter. Masked: what stands for nothing is put in
// their place, which a model that was trained with parts masked has seen.
enum class Erased { kDeleted, kMasked };

// One input, with some of its parts erased.
struct Question {
  int64_t input = 0;
  std::vector<int64_t> gone = {};  // rising, each in 0 … parts − 1; none: the input as it is
  Erased how = Erased::kMasked;
};

// What one look gives to each part; sums to 1 over an input that has parts.
using Weights = std::vector<double>;

// Every look of a model at one input: of its rows, heads and members; one where it has a single one.
using Looks = std::vector<Weights>;

// What the model makes of one question, of which n parts are left. One of which nothing is left, because its parts are
// deleted, may be answered past the model; it has no looks and no states.
struct Reading {
  std::vector<double> logits;         // [C], divided by the model's temperature
  std::vector<double> probabilities;  // [C]
  Weights weights;                    // [n], what Fovea shows: the mean of `looks`, unless the subject says otherwise
  Looks looks;
  double elsewhere = 0;                // share of what Fovea shows that is on no part: these weights leave it out
  double conicity = 0;                 // mean cosine of the states to their mean, −1 … 1
  std::vector<double> representation;  // [D], what the answer is made of
};

// Scores that know nothing of the model: what an attribution must be better than. Its words outlive the subject.
struct Prior {
  std::string_view name;       // "position", "frequency", "centre" …
  std::string_view order;      // what comes first by it, a pattern for Nouns::in(): "earlier {parts} first"
  std::vector<double> scores;  // [n]
};

// What people call the parts and the inputs: nouns that take the article "a", small letters.
struct Nouns {
  std::string part = "part", parts = "parts", input = "input", inputs = "inputs";
  std::string blank = "a blank";  // what stands in the place of a masked part
  std::string answer = "label";   // what is answered to an input
  std::string output = "labels";  // what all answers make, which may be good whatever the weights are worth
  std::string elsewhere = "";     // what has weight and is no part; "" where there is no such thing

  // `pattern` with {part}, {parts}, {input}, {inputs}, {blank}, {answer}, {output} and {elsewhere} replaced by the
  // nouns; {Part} and so on begin with a capital letter. Other braces stay as they are.
  std::string in(std::string_view pattern) const;
};

class Subject {
 public:
  virtual ~Subject() = default;

  virtual int64_t inputs() const = 0;
  virtual int64_t parts(int64_t input) const = 0;  // 0 …
  virtual int64_t classes() const = 0;             // C

  // Where each input has classes of its own: the one that stands for all the rest, and is never the answer.
  virtual std::optional<int64_t> others() const { return std::nullopt; }
  // What class c of such an input is called; "" of a model whose classes are those of all inputs.
  virtual std::string class_name(int64_t input, int64_t c) const { return ""; }

  // Whether parts can be erased this way; one way at least. A picture has no deletion.
  virtual bool can(Erased how) const = 0;

  // One reading per question, in order. Batches are made inside, here and below.
  virtual std::vector<Reading> read(std::span<const Question> questions) = 0;

  // Only the logits [C] of each, divided by the temperature: what erasure asks thousands of times.
  virtual std::vector<std::vector<double>> logits(std::span<const Question> questions) = 0;

  // The logits [C] that the states of the whole input give under other weights, for each of `variants`. A variant has
  // as many looks as the reading has; the weights of the reading give its logits. Not of an input without parts.
  virtual std::vector<std::vector<double>> logits_under(int64_t input, std::span<const Looks> variants) = 0;

  // The same names in the same order for every input; perhaps none.
  virtual std::vector<Prior> priors(int64_t input) = 0;

  // Tells the content of inputs apart: equal where a model is given the same once more, whatever other inputs there
  // are. Scores drawn at random depend on it.
  virtual uint64_t identity(int64_t input) const = 0;

  virtual Nouns nouns() const = 0;
};

// Every input as it is, in order.
inline std::vector<Question> whole_inputs(const Subject& subject) {
  std::vector<Question> questions(static_cast<size_t>(subject.inputs()));
  for (size_t i = 0; i < questions.size(); ++i) questions[i].input = static_cast<int64_t>(i);
  return questions;
}

// `wanted` where the subject can erase so, else the other way.
inline Erased way_of(const Subject& subject, Erased wanted) {
  if (subject.can(wanted)) return wanted;
  return wanted == Erased::kDeleted ? Erased::kMasked : Erased::kDeleted;
}

inline std::string Nouns::in(std::string_view pattern) const {
  struct Word {
    std::string_view name;
    const std::string& noun;
  };
  const Word words[] = {{"part", part},   {"parts", parts},   {"input", input},   {"inputs", inputs},
                        {"blank", blank}, {"answer", answer}, {"output", output}, {"elsewhere", elsewhere}};
  const auto small = [](char letter) { return 'A' <= letter && letter <= 'Z' ? char(letter - 'A' + 'a') : letter; };
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t end = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
    std::string name(pattern.substr(i + 1, end == std::string_view::npos ? 0 : end - i - 1));
    const bool capital = !name.empty() && name[0] != small(name[0]);
    if (capital) name[0] = small(name[0]);
    const Word* found = nullptr;
    for (const Word& word : words) {
      if (word.name == name) found = &word;
    }
    if (!found) {
      text += pattern[i];
      continue;
    }
    const size_t begin = text.size();
    text += found->noun;
    if (capital && 'a' <= text[begin] && text[begin] <= 'z') text[begin] = char(text[begin] - 'a' + 'A');
    i = end;
  }
  return text;
}

}  // namespace fovea::attribution
