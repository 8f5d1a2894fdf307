// Fills web/explain.html: style and script inline and named by their hash in the content policy, the answers as JSON in
// a block that nothing inside it can end.
#include "report/page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "base/json.h"
#include "embedded/explain_css.h"
#include "embedded/explain_html.h"
#include "embedded/explain_js.h"
#include "report/html.h"

namespace fovea::report {
namespace {

constexpr size_t kRankingShown = 3;

// Labels as numbers, so that a page of thousands of answers names each once.
class LabelTable {
 public:
  int64_t number_of(const std::string& label) {
    const auto [entry, is_new] = numbers_.emplace(label, static_cast<int64_t>(names_.size()));
    if (is_new) names_.push_back(label);
    return entry->second;
  }
  const Json& names() const { return names_; }

 private:
  std::unordered_map<std::string, int64_t> numbers_;
  Json names_ = Json::array();
};

// Six digits, as many as a 32-bit float carries: a page of many texts is mostly weights.
Json short_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return std::strtod(text, nullptr);
}

// words, weights, and the gaps around the words: gaps[i] stands before words[i], the last one behind them all.
void add_words(const tasks::Answer& answer, Json* out) {
  const std::string_view text = answer.text;
  Json words = Json::array(), weights = Json::array(), gaps = Json::array();
  size_t at = 0;
  for (const tasks::WeightedToken& token : answer.tokens) {
    const size_t start = std::clamp(static_cast<size_t>(std::max<int64_t>(token.start, 0)), at, text.size());
    gaps.push_back(text.substr(at, start - at));
    words.push_back(token.text);
    weights.push_back(short_number(token.weight));
    at = std::clamp(static_cast<size_t>(std::max<int64_t>(token.end, 0)), start, text.size());
  }
  gaps.push_back(text.substr(at));
  (*out)["words"] = std::move(words);
  (*out)["weights"] = std::move(weights);
  (*out)["gaps"] = std::move(gaps);
}

Json answer_for_page(const tasks::Answer& answer, LabelTable* labels) {
  Json out;
  Json ranking = Json::array();
  // Of several labels the page shows the set first, by which right is told from wrong.
  if (answer.multi_label) {
    ranking.push_back(Json::array({labels->number_of(answer.shown_label()), short_number(answer.shown_probability())}));
  }
  for (size_t at = 0; at < std::min(kRankingShown, answer.ranking.size()); ++at) {
    const tasks::LabelProbability& entry = answer.ranking[at];
    ranking.push_back(Json::array({labels->number_of(entry.label), short_number(entry.probability)}));
  }
  out["ranking"] = std::move(ranking);
  if (answer.line > 0) out["line"] = answer.line;
  if (!answer.truth.empty()) out["truth"] = labels->number_of(answer.truth);
  add_words(answer, &out);
  if (answer.sentences.size() > 1) {
    Json sentences = Json::array();
    for (const tasks::WeightedSentence& sentence : answer.sentences) {
      sentences.push_back(Json::array({sentence.first, short_number(sentence.weight)}));
    }
    out["sentences"] = std::move(sentences);  // [first word, weight]
  }
  if (answer.tokens_cut > 0) out["cut"] = answer.tokens_cut;
  if (answer.unknown_tokens > 0) out["unknown"] = answer.unknown_tokens;
  if (answer.prior) out["prior"] = true;
  return out;
}

// One [scores, steps, gap] for each method; steps are 0 but for integrated gradients.
Json methods_for_page(const std::vector<attribution::Attribution>& methods) {
  Json out = Json::array();
  for (const attribution::Attribution& one : methods) {
    Json scores = Json::array();
    for (const double score : one.scores) scores.push_back(short_number(score));
    out.push_back(Json::array({std::move(scores), one.steps, short_number(one.gap)}));
  }
  return out;
}

Json page_data(const std::vector<tasks::Answer>& answers, const Attributed& attributed, const PageFacts& facts) {
  Json data;
  data["facts"] = {{"title", facts.title},
                   {"model_line", facts.model_line},
                   {"model_path", facts.model_path},
                   {"version", facts.version},
                   {"texts_in_file", facts.texts_in_file},
                   {"seen_in_training", facts.seen_in_training},
                   {"weights_are_shares", facts.weights_are_shares},
                   {"attention", facts.attention},
                   {"weights_sha256", facts.weights_sha256}};
  if (!attributed.methods.empty()) {
    Json methods = Json::array();
    for (const attribution::Method method : attributed.methods) {
      const attribution::MethodFacts& of = attribution::facts_of(method);
      methods.push_back({{"name", of.name}, {"meaning", of.meaning}, {"signed", of.is_signed}});
    }
    data["methods"] = std::move(methods);
  }
  LabelTable labels;
  Json list = Json::array();
  for (size_t t = 0; t < answers.size(); ++t) {
    list.push_back(answer_for_page(answers[t], &labels));
    if (!attributed.methods.empty()) list.back()["methods"] = methods_for_page(attributed.of_texts[t]);
  }
  data["labels"] = labels.names();
  data["answers"] = std::move(list);
  return data;
}

// JSON that may stand in a <script>: no character is left that could end the block, open a comment in it, or reorder
// the lines of whoever reads the source. All of them can only occur inside strings, where \uXXXX means the same.
std::string json_for_script(const Json& data) {
  const std::string line = to_line(data);
  std::string out;
  out.reserve(line.size());
  const auto byte_at = [&](size_t at) { return at < line.size() ? static_cast<unsigned char>(line[at]) : 0U; };
  const auto escape = [&](unsigned point) {
    char code[8];
    std::snprintf(code, sizeof code, "\\u%04x", point);
    out += code;
  };
  for (size_t at = 0; at < line.size(); ++at) {
    const unsigned byte = byte_at(at), second = byte_at(at + 1), third = byte_at(at + 2);
    if (byte == '<' || byte == '>' || byte == '&' || byte == 0x7F) {
      escape(byte);
    } else if (byte == 0xE2 &&
               ((second == 0x80 && (third == 0x8E || third == 0x8F || third >= 0xA0)) || second == 0x81)) {
      // U+200E, 200F, 2020…207F: marks of direction, line and paragraph separators, bidi embeddings and isolates.
      escape(0x2000 | (second & 0x3F) << 6 | (third & 0x3F));
      at += 2;
    } else if (byte == 0xD8 && second == 0x9C) {
      escape(0x061C);
      at += 1;
    } else {
      out += line[at];
    }
  }
  return out;
}

}  // namespace

std::string answers_page(const std::vector<tasks::Answer>& answers, const Attributed& attributed,
                         const PageFacts& facts) {
  const std::string data = json_for_script(page_data(answers, attributed, facts));
  const std::string title = text_for_html(facts.title);
  const std::string policy = "default-src 'none'; style-src " + policy_hash(embedded::explain_css) + "; script-src " +
                             policy_hash(embedded::explain_js) + "; base-uri 'none'; form-action 'none'";
  return filled_page(embedded::explain_html, {{"policy", policy},
                                              {"title", title},
                                              {"style", embedded::explain_css},
                                              {"data", data},
                                              {"script", embedded::explain_js}});
}

}  // namespace fovea::report
