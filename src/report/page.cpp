// Fills web/explain.html: style and script inline and named by their hash in the content policy, the answers as JSON in
// a block that nothing inside it can end. Pictures that are not words stand behind the list, hidden, and the script
// puts copies of them where they belong; a page of words alone has none of that.
#include "report/page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "base/errors.h"
#include "base/json.h"
#include "draw/html.h"
#include "embedded/alignment_css.h"
#include "embedded/alignment_js.h"
#include "embedded/explain_css.h"
#include "embedded/explain_html.h"
#include "embedded/explain_js.h"
#include "embedded/pictures_css.h"
#include "embedded/pictures_js.h"
#include "report/attributed.h"

namespace fovea::report {
namespace {

// Puts both texts of an alignment beside its matrix; of web/pictures.js the part that only such pages have.
constexpr std::string_view kPair = R"(
    if (item.answer.alignment && item.answer.alignment.target.length > 0) {
      const beside = make("div", "beside");
      beside.append(pairOf(item, article), pictures);
      article.append(beside);
    })";
constexpr std::string_view kLinks =
    " A dot in a cell, and an outline of what lights up, is a link: of each word of the translation to the one that it "
    "looked at most, where that is not the end. Under the matrix stands what each word of the source got in all, "
    "beside it the entropy of each row, 1 where its weights are even. Without anything pointed at, the source is "
    "shaded by what it got in all.";

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
void add_words(const draw::ShadedWords& picture, Json* out) {
  Json weights = Json::array();
  for (const double weight : picture.weights) weights.push_back(short_number(weight));
  (*out)["words"] = picture.words;
  (*out)["weights"] = std::move(weights);
  (*out)["gaps"] = picture.gaps;
  if (picture.sentences.size() > 1) {
    Json sentences = Json::array();
    for (const auto& [first, weight] : picture.sentences) {
      sentences.push_back(Json::array({first, short_number(weight)}));
    }
    (*out)["sentences"] = std::move(sentences);  // [first word, weight]
  }
  if (picture.unread > 0) (*out)["cut"] = picture.unread;
  if (picture.unknown > 0) (*out)["unknown"] = picture.unknown;
}

// Words as their text has them; before those that are glued stands no blank.
std::string running(const std::vector<std::string>& words, const std::vector<int64_t>& glued) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool is_glued = std::find(glued.begin(), glued.end(), static_cast<int64_t>(i)) != glued.end();
    text += (i == 0 || is_glued ? "" : " ") + words[i];
  }
  return text;
}

// The words of a picture that is no text, for whoever looks for one on the page.
struct WordsWithin {
  std::string operator()(const draw::ShadedWords&) const { return ""; }
  std::string operator()(const draw::Regions&) const { return ""; }
  std::string operator()(const draw::Alignment& picture) const {
    return running(picture.source, picture.glued_source) + " " + running(picture.target, picture.glued_target);
  }
  std::string operator()(const draw::Timeline& picture) const {
    std::string out;
    for (const draw::Timeline::Segment& segment : picture.segments) out += segment.heard + " ";
    return out;
  }
};

// The mean over the targets of their entropies; NaN where there is nothing to be even or not.
double spread_of(const draw::Alignment& picture) {
  if (picture.source.size() < 2 || picture.target.empty()) return std::nan("");
  double sum = 0;
  for (const double entropy : draw::entropies_of(picture)) sum += entropy;
  return sum / static_cast<double>(picture.target.size());
}

// Both sides with the weights between them, [T × S] one target after the other, and the links [source, target].
Json alignment_for_page(const draw::Alignment& picture) {
  Json weights = Json::array();
  for (const double weight : picture.weights) weights.push_back(std::round(weight * 1e4) / 1e4);
  return {{"source", picture.source},      {"target", picture.target},
          {"weights", std::move(weights)}, {"links", picture.links},
          {"ends", picture.ends},          {"glued", {picture.glued_source, picture.glued_target}}};
}

// A picture that stands in the page already, once for each method: `drawn` of them.
void add_drawn(const PageItem& item, size_t methods, Json* out) {
  Json weights = Json::array();
  if (const auto* alignment = std::get_if<draw::Alignment>(&item.picture)) {
    (*out)["sequence"] = true;  // there is no right or wrong label
    (*out)["alignment"] = alignment_for_page(*alignment);
    if (const double spread = spread_of(*alignment); std::isfinite(spread)) (*out)["spread"] = short_number(spread);
  } else {
    for (const double look : draw::looks_of(item.picture)) weights.push_back(short_number(look));
  }
  (*out)["words"] = Json::array();
  (*out)["weights"] = std::move(weights);
  (*out)["gaps"] = Json::array({std::visit(WordsWithin{}, item.picture)});
  (*out)["drawn"] = std::max<size_t>(1, methods);
}

bool is_alignment(const PageItem& item) {
  return std::holds_alternative<draw::Alignment>(item.picture);
}

bool is_words(const PageItem& item) {
  return std::holds_alternative<draw::ShadedWords>(item.picture);
}

Json item_for_page(const PageItem& item, size_t methods, LabelTable* labels) {
  Json out;
  Json ranking = Json::array();
  for (const auto& [label, probability] : item.headline.ranking) {
    ranking.push_back(Json::array({labels->number_of(label), short_number(probability)}));
  }
  out["ranking"] = std::move(ranking);
  if (item.headline.line > 0) out["line"] = item.headline.line;
  if (!item.headline.truth.empty()) out["truth"] = labels->number_of(item.headline.truth);
  if (const std::string& reference = item.headline.reference; !reference.empty()) {
    out["reference"] = reference;
    out["same"] = reference == item.headline.ranking.front().label;
  }
  if (const auto& score = item.headline.score) out["score"] = Json::array({score->name, short_number(score->value)});
  if (const auto* words = std::get_if<draw::ShadedWords>(&item.picture)) {
    add_words(*words, &out);
  } else {
    add_drawn(item, methods, &out);
  }
  if (!item.headline.notes.empty()) out["notes"] = item.headline.notes;
  if (item.headline.prior) out["prior"] = true;
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

Json page_data(std::span<const PageItem> items, std::span<const attribution::MethodFacts> methods,
               const PageFacts& facts) {
  Json data;
  data["facts"] = {{"title", facts.title},
                   {"model_line", facts.model_line},
                   {"model_path", facts.model_path},
                   {"version", facts.version},
                   {"texts_in_file", facts.texts_in_file},
                   {"seen_in_training", facts.seen_in_training},
                   {"weights_are_shares", facts.weights_are_shares},
                   {"audited", facts.audited},
                   {"attention", facts.attention},
                   {"weights_sha256", facts.weights_sha256}};
  if (!methods.empty()) {
    Json list = Json::array();
    for (const attribution::MethodFacts& of : methods) {
      list.push_back({{"name", of.name}, {"meaning", facts.nouns.in(of.meaning)}, {"signed", of.is_signed}});
    }
    data["methods"] = std::move(list);
  }
  LabelTable labels;
  Json list = Json::array();
  for (const PageItem& item : items) {
    list.push_back(item_for_page(item, methods.size(), &labels));
    if (!methods.empty() && is_words(item)) list.back()["methods"] = methods_for_page(item.attributions);
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

std::string picture_box(size_t item, size_t method, const std::string& picture) {
  return "<div id=\"picture-" + std::to_string(item + 1) + "-" + std::to_string(method) + "\">\n" + picture +
         "</div>\n";
}

// The pictures that are not words, each by the number of its item and its method; "" where all are.
std::string drawn_pictures(std::span<const PageItem> items, std::span<const attribution::MethodFacts> methods) {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (is_words(items[i])) continue;
    if (methods.empty()) out += picture_box(i, 0, draw::picture_html(items[i].picture, "Where the model looked."));
    for (size_t m = 0; m < methods.size(); ++m) {
      const attribution::Attribution& scores = items[i].attributions[m];
      const std::vector<double> parts = parts_of(items[i].picture, scores.scores);
      const bool rows = std::holds_alternative<draw::Alignment>(items[i].picture);  // each adds up for itself
      out += picture_box(i, m,
                         draw::picture_html(draw::reweighed(items[i].picture, parts), std::string(methods[m].name),
                                            rows ? "" : method_note(methods[m], scores)));
    }
  }
  return out.empty() ? "" : "<div id=\"pictures\" hidden>\n" + out + "</div>\n";
}

std::string hint(std::span<const PageItem> items, const attribution::Nouns& nouns) {
  if (std::all_of(items.begin(), items.end(), is_words)) {
    return "Point at a " + nouns.part + " or tap it for its numbers. With the keyboard: Tab to a " + nouns.input +
           ", then arrow keys from " + nouns.part + " to " + nouns.part + ".";
  }
  if (std::all_of(items.begin(), items.end(), is_alignment)) {
    return "In a matrix each row is a " + nouns.part +
           " of the answer, each column one of the input; a dot is a link. "
           "Point at a " +
           nouns.part +
           " or a cell, or tap it: what belongs to it lights up in both texts and in the "
           "matrix. With the keyboard: Tab to a text, then left and right from " +
           nouns.part + " to " + nouns.part + ", up and down to the " + nouns.part +
           " of the other text that it is bound to most.";
  }
  return "Point at a " + nouns.part + " for its numbers; all of them stand in the table below its picture.";
}

}  // namespace

std::string answers_page(std::span<const PageItem> items, std::span<const attribution::MethodFacts> methods,
                         const PageFacts& facts) {
  for (const PageItem& item : items) {
    FOVEA_CHECK(!item.headline.ranking.empty() && item.attributions.size() >= methods.size(),
                item.headline.ranking.size(), item.attributions.size(), methods.size());
  }
  const std::string pictures = drawn_pictures(items, methods);
  const attribution::Nouns& nouns = facts.nouns;
  const std::string a_input =
      (std::string("aeiou").find(nouns.input.front()) == std::string::npos ? "a " : "an ") + nouns.input;
  const bool more = !pictures.empty() || std::any_of(items.begin(), items.end(),
                                                     [](const PageItem& item) { return !item.headline.notes.empty(); });
  const bool aligned = std::any_of(items.begin(), items.end(), is_alignment);
  const bool all_aligned = aligned && std::all_of(items.begin(), items.end(), is_alignment);
  const std::string of_pictures =
      more ? draw::filled_page(embedded::pictures_js, {{"pair", aligned ? kPair : std::string_view()}}) : "";
  const std::string script =
      draw::filled_page(embedded::explain_js, {{"input", nouns.input},
                                               {"inputs", nouns.inputs},
                                               {"part", nouns.part},
                                               {"parts", nouns.parts},
                                               {"truths", all_aligned ? "translations" : "labels"},
                                               {"spread_of", all_aligned ? " of a translated word" : ""},
                                               {"pictures", of_pictures},
                                               {"alignments", aligned ? embedded::alignment_js : std::string_view()}});
  std::string style(embedded::explain_css);
  if (!pictures.empty()) style += embedded::pictures_css;
  if (aligned) style += embedded::alignment_css;
  const std::string sums =
      all_aligned ? "for each " + nouns.part + " of the answer, over the " + nouns.parts + " of the source and its end,"
                  : "over the " + nouns.parts + " of " + a_input;
  const std::string data = json_for_script(page_data(items, methods, facts));
  const std::string title = draw::text_for_html(facts.title), pointing = hint(items, nouns);
  const std::string policy = "default-src 'none'; style-src " + draw::policy_hash(style) + "; script-src " +
                             draw::policy_hash(script) + "; base-uri 'none'; form-action 'none'";
  return draw::filled_page(embedded::explain_html, {{"policy", policy},
                                                    {"title", title},
                                                    {"style", style},
                                                    {"data", data},
                                                    {"script", script},
                                                    {"pictures", pictures},
                                                    {"hint", pointing},
                                                    {"input", nouns.input},
                                                    {"a_input", a_input},
                                                    {"answer", all_aligned ? "answer" : "label"},
                                                    {"sums", sums},
                                                    {"links", all_aligned ? kLinks : std::string_view()},
                                                    {"inputs", nouns.inputs},
                                                    {"part", nouns.part},
                                                    {"parts", nouns.parts}});
}

}  // namespace fovea::report
