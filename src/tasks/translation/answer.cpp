#include "tasks/translation/answer.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "metrics/sequence/links_text.h"
#include "tasks/translation/unspaced.h"

namespace fovea::tasks {
namespace {

constexpr int kScoreDigits = 4;

// Mean log probability of a subword, the end among them.
double mean_log_probability(const Translation& made) {
  double sum = 0;
  for (const float one : made.log_probabilities) sum += one;
  return made.log_probabilities.empty() ? 0 : sum / static_cast<double>(made.log_probabilities.size());
}

Json words_json(const CutWords& cut) {
  Json words = Json::array();
  for (const auto& [start, end] : cut.words) {
    words.push_back({{"text", cut.text.substr(start, end - start)}, {"start", start}, {"end", end}});
  }
  return words;
}

Json links_json(const WordAlignment& alignment) {
  Json links = Json::array();
  for (const metrics::Link& link : hard_links(alignment)) links.push_back({link.source, link.target});
  return links;
}

Json weights_json(const WordAlignment& alignment) {
  Json rows = Json::array();
  for (int64_t t = 0; t < alignment.targets; ++t) {
    const auto first = alignment.weights.begin() + t * alignment.sources;
    rows.push_back(std::vector<double>(first, first + alignment.sources));
  }
  return rows;
}

std::string links_behind(const TranslatedText& one, Aligned aligned) {
  switch (aligned) {
    case Aligned::kNone:
      break;
    case Aligned::kHard:
      return " ||| " + metrics::links_text(hard_links(one.alignment));
    case Aligned::kSoft:
      return " ||| " + soft_links_text(one.alignment);
  }
  return "";
}

std::vector<std::string> words_of(const CutWords& cut) {
  std::vector<std::string> words;
  for (const auto& [start, end] : cut.words) words.push_back(cut.text.substr(start, end - start));
  return words;
}

}  // namespace

Json TranslationAnswer::json(const Shown&) const {
  const TranslatedText& best = first();
  Json json = {{"translation", best.text},        {"score", mean_log_probability(best.made)},
               {"complete", best.made.complete},  {"cut", of_.cut},
               {"source", best.source.text},      {"source_words", words_json(best.source)},
               {"words", words_json(best.target)}};
  json["links"] = best.looks ? links_json(best.alignment) : Json();
  json["weights"] = best.looks ? weights_json(best.alignment) : Json();
  json["at_end"] = best.looks ? Json(best.alignment.at_end) : Json();
  if (of_.several) {
    json["nbest"] = Json::array();
    for (const TranslatedText& one : of_.best) {
      json["nbest"].push_back({{"translation", one.text},
                               {"rank_score", one.made.score},
                               {"score", mean_log_probability(one.made)},
                               {"links", one.looks ? links_json(one.alignment) : Json()}});
    }
  }
  if (!of_.truth.empty()) json["truth"] = of_.truth;
  if (of_.bleu) json["bleu"] = 100 * *of_.bleu;
  if (of_.line > 0) json["line"] = of_.line;
  return json;
}

metrics::Links TranslationAnswer::links() const {
  return first().looks ? hard_links(first().alignment) : metrics::Links();
}

std::string TranslationAnswer::line(Form form, const Shown&, const draw::Style& style) const {
  if (form == Form::kLinks) {
    return of_.aligned == Aligned::kSoft ? soft_links_text(first().alignment)
                                         : metrics::links_text(hard_links(first().alignment));
  }
  std::string text;
  for (const TranslatedText& one : of_.best) {
    if (of_.several) {
      text += (text.empty() ? "" : "\n") + std::to_string(of_.number) + " ||| " + one.text +
              " ||| mean=" + fixed(mean_log_probability(one.made), kScoreDigits) + " ||| " +
              fixed(one.made.score, kScoreDigits);
    } else {
      text += form == Form::kExplained ? draw::safe_text(one.text) : one.text;
    }
    text += links_behind(one, of_.aligned);
  }
  if (form == Form::kExplained && first().looks) text += "\n" + draw::picture_text(picture(), style);
  return text;
}

draw::Headline TranslationAnswer::headline() const {
  draw::Headline headline;
  headline.ranking.push_back({first().text, std::exp(mean_log_probability(first().made))});
  headline.reference = of_.truth;
  if (of_.bleu) headline.score = {"sentence BLEU", 100 * *of_.bleu};
  headline.line = of_.line;
  if (!first().made.complete) headline.notes.push_back("cut off at the greatest length");
  return headline;
}

draw::Picture TranslationAnswer::picture() const {
  const TranslatedText& best = first();
  if (!best.looks) return draw::Alignment{};
  const bool finer = !best.shown_target.words.empty();
  const CutWords& source = finer ? best.shown_source : best.source;
  const CutWords& target = finer ? best.shown_target : best.target;
  const WordAlignment& alignment = finer ? best.shown : best.alignment;
  draw::Alignment shown{.source = words_of(source), .target = words_of(target), .weights = {}};
  for (const metrics::Link& link : hard_links(alignment)) shown.links.emplace_back(link.source, link.target);
  shown.looked = shown.ends = true;
  shown.glued_source = glued_words(source);
  shown.glued_target = glued_words(target);
  shown.source.push_back("(end)");
  for (int64_t t = 0; t < alignment.targets; ++t) {
    const auto row = alignment.weights.begin() + t * alignment.sources;
    shown.weights.insert(shown.weights.end(), row, row + alignment.sources);
    shown.weights.push_back(alignment.at_end[static_cast<size_t>(t)]);
  }
  return shown;
}

}  // namespace fovea::tasks
