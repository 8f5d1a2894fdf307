// The lesson of a translated word in a terminal and as JSON.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "draw/columns.h"
#include "draw/shade.h"
#include "draw/terminal.h"
#include "tasks/translation/lesson.h"

namespace fovea::tasks {
namespace {

using draw::pad_left;
using draw::pad_right;
using draw::safe_text;
using draw::wrapped;

constexpr int kFormWidth = 20, kStepNumber = 11;
constexpr int kSummaryIndent = 14;

std::string form_cell(const std::string& form) {
  return pad_right(draw::ellipsize(safe_text(form), kFormWidth - 1), kFormWidth);
}

// Of a layer, the mean over its heads.
std::vector<double> mean_weights(const LayerLook& look, size_t n) {
  std::vector<double> mean(n);
  for (size_t i = 0; i < look.weights.size(); ++i) mean[i % n] += look.weights[i] / static_cast<double>(look.heads);
  return mean;
}

std::vector<size_t> steps_of_word(const TranslationLesson& lesson) {
  std::vector<size_t> steps;
  const std::vector<int64_t>& word_of = lesson.translation.target.word_of;
  for (size_t i = 0; i < word_of.size(); ++i) {
    if (word_of[i] == lesson.word) steps.push_back(i);
  }
  return steps;
}

std::string word_text(const TranslationLesson& lesson) {
  const auto [start, end] = lesson.translation.target.words[static_cast<size_t>(lesson.word)];
  return lesson.translation.target.text.substr(start, end - start);
}

double log_probability(const TranslationLesson& lesson) {
  double sum = 0;
  for (const LessonStep& step : lesson.steps) sum += std::log(step.probability);
  return sum;
}

std::string how_it_writes(const TranslationLesson& lesson) {
  const std::string begin =
      "The source is " + counted(std::ssize(lesson.source), "subword", "subwords") + ", its end among them. ";
  const std::string choose = " how probable each of " + with_commas(lesson.subwords) +
                             " subwords is to come next. The probabilities of the steps multiply to that of the "
                             "translation: log p = " +
                             fixed(log_probability(lesson), 3) + ".";
  if (lesson.steps.front().layers.empty()) {
    return begin +
           "The decoder writes one subword a step and does not look at the source: there are no scores and no weights. "
           "From its state follows" +
           choose;
  }
  return begin +
         "The decoder writes one subword a step. It reads the last one and looks at all of the source: score → softmax "
         "→ weight; weight × what stands there, added up → context; from context and state follows" +
         choose;
}

std::string step_line(const TranslationLesson& lesson, size_t number) {
  const LessonStep& step = lesson.steps[number];
  std::string line = pad_left(std::to_string(number + 1), 4) + "  " + form_cell(step.written) +
                     pad_left(fixed(step.probability, 4), kStepNumber);
  if (step.layers.empty()) return line + "\n";
  const std::vector<double> weights = mean_weights(step.layers.back(), lesson.source.size());
  const auto most = static_cast<size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin());
  return line + "   " + safe_text(lesson.source[most]) + " " + draw::short_weight(weights[most]) + "\n";
}

std::string all_steps(const TranslationLesson& lesson) {
  const bool looks = !lesson.steps.front().layers.empty();
  const bool several =
      looks && (lesson.steps.front().layers.size() > 1 || lesson.steps.front().layers.front().heads > 1);
  std::string text =
      "step  " + pad_right("written", kFormWidth) + pad_left("probability", kStepNumber) +
      (looks ? several ? "   looked at most (last layer, mean of its heads)" : "   looked at most" : "") + "\n";
  for (size_t i = 0; i < lesson.steps.size(); ++i) text += step_line(lesson, i);
  return text;
}

std::string one_layer(const LayerLook& look, const std::vector<std::string>& source) {
  const bool scores = !look.scores.empty() && look.heads == 1;
  const std::vector<double> weights = mean_weights(look, source.size());
  std::string text = "  " + pad_right("source", kFormWidth) + (scores ? pad_left("score", kStepNumber) : "") +
                     pad_left("weight", kStepNumber) + pad_left("× even", kStepNumber) + "\n";
  double sum = 0;
  for (size_t s = 0; s < source.size(); ++s) {
    text += "  " + form_cell(source[s]) + (scores ? pad_left(fixed(look.scores[s], 3), kStepNumber) : "") +
            pad_left(fixed(weights[s], 4), kStepNumber) +
            pad_left(fixed(draw::lift_of(weights[s], source.size()), 1), kStepNumber) + "\n";
    sum += weights[s];
  }
  return text + "  " + pad_right("sum", kFormWidth) + (scores ? draw::spaces(kStepNumber) : "") +
         pad_left(fixed(sum, 4), kStepNumber) + "\n  context: " + with_commas(look.context_size) +
         " numbers, weight × what stands at each place added up; length " + fixed(look.context_length, 3) + "\n";
}

std::string candidates_text(const TranslationLesson& lesson, const LessonStep& step, int width) {
  std::string text = "  " + pad_right("next", kFormWidth) + pad_left("logit", kStepNumber) +
                     pad_left("probability", kStepNumber + 2) + "\n";
  double told = 0;
  for (const Candidate& one : step.candidates) {
    text += std::string(one.written ? "> " : "  ") + form_cell(one.form) + pad_left(fixed(one.logit, 3), kStepNumber) +
            pad_left(fixed(one.probability, 4), kStepNumber + 2) + "\n";
    told += one.probability;
  }
  const int64_t others = lesson.subwords - std::ssize(step.candidates);
  return text + "  " + pad_right("the other " + with_commas(others), kFormWidth) + draw::spaces(kStepNumber) +
         pad_left(fixed(std::max(0.0, 1 - told), 4), kStepNumber + 2) + "\n  " +
         wrapped("probability = exp(logit − " + fixed(step.log_sum, 3) +
                     "): the log of all exp(logit) added up; entropy " + fixed(step.entropy, 2) + " of even",
                 width, 2);
}

std::string step_in_full(const TranslationLesson& lesson, size_t number, int width) {
  const LessonStep& step = lesson.steps[number];
  std::string text = "\nStep " + std::to_string(number + 1) + ": reads " + safe_text(step.read) + ", writes " +
                     safe_text(step.written) + "\n";
  for (size_t layer = 0; layer < step.layers.size(); ++layer) {
    const LayerLook& look = step.layers[layer];
    if (step.layers.size() > 1 || look.heads > 1) {
      text += "  layer " + std::to_string(layer + 1) +
              (look.heads > 1
                   ? ", the mean of its " + std::to_string(look.heads) + " heads; --json has each, with its scores"
                   : "") +
              "\n";
    }
    text += one_layer(look, lesson.source);
  }
  return text + candidates_text(lesson, step, width);
}

Json layer_json(const LayerLook& look, size_t n) {
  const auto by_head = [&](const std::vector<double>& all) {
    Json heads = Json::array();
    for (size_t first = 0; first < all.size(); first += n) {
      heads.push_back(std::vector<double>(all.begin() + static_cast<int64_t>(first),
                                          all.begin() + static_cast<int64_t>(first + n)));
    }
    return heads;
  };
  return {{"scores", look.scores.empty() ? Json() : by_head(look.scores)},
          {"weights", by_head(look.weights)},
          {"context", {{"size", look.context_size}, {"length", look.context_length}}}};
}

Json step_json(const LessonStep& step, size_t number, size_t n) {
  Json layers = Json::array(), next = Json::array();
  for (const LayerLook& look : step.layers) layers.push_back(layer_json(look, n));
  for (const Candidate& one : step.candidates) {
    next.push_back(
        {{"subword", one.form}, {"logit", one.logit}, {"probability", one.probability}, {"written", one.written}});
  }
  return {{"step", number + 1},      {"read", step.read},
          {"written", step.written}, {"probability", step.probability},
          {"entropy", step.entropy}, {"log_sum", step.log_sum},
          {"layers", layers},        {"next", next}};
}

}  // namespace

Json ExplainedTranslation::json(const Shown&) const {
  Json steps = Json::array(), of_word = Json::array();
  for (const LessonStep& step : lesson_.steps) {
    steps.push_back({{"read", step.read}, {"written", step.written}, {"probability", step.probability}});
  }
  for (const size_t number : steps_of_word(lesson_)) {
    of_word.push_back(step_json(lesson_.steps[number], number, lesson_.source.size()));
  }
  return {{"translation", lesson_.translation.text},
          {"source", lesson_.translation.source.text},
          {"subwords", lesson_.source},
          {"vocabulary", lesson_.subwords},
          {"log_probability", log_probability(lesson_)},
          {"steps", steps},
          {"word",
           {{"text", word_text(lesson_)},
            {"number", lesson_.word},
            {"least_probable", lesson_.least_probable},
            {"look_of_next_step", lesson_.read_later},
            {"steps", of_word}}}};
}

std::string ExplainedTranslation::lesson(const draw::Style& style) const {
  const auto summary = [&](const char* name, const std::string& text) {
    return pad_right(name, kSummaryIndent) + wrapped(safe_text(text), style.width, kSummaryIndent);
  };
  const std::vector<size_t> of_word = steps_of_word(lesson_);
  std::string text =
      summary("source", lesson_.translation.source.text) + summary("translation", lesson_.translation.text) + "\n" +
      wrapped(how_it_writes(lesson_), style.width, 0) + "\n" + all_steps(lesson_) + "\n" +
      wrapped("Word " + std::to_string(lesson_.word) + ", " + safe_text(word_text(lesson_)) +
                  (lesson_.least_probable ? ", the least probable one (--word N: another, from 0)" : "") +
                  ", is written in " + counted(std::ssize(of_word), "step", "steps") + "." +
                  (lesson_.read_later ? " Links and matrices tell of it the look of the step after each, "
                                        "in which the decoder reads it (fovea info names the look)."
                                      : ""),
              style.width, 0);
  for (const size_t number : of_word) text += step_in_full(lesson_, number, style.width);
  return text;
}

}  // namespace fovea::tasks
