#include "report/audit_trained.h"

#include <array>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"
#include "draw/charts.h"
#include "draw/columns.h"
#include "draw/figure.h"
#include "report/audit_number_json.h"
#include "report/audit_text.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using attribution::Nouns;
using attribution::Shortcut;
using audit::Number;
using audit::PlantedResult;
using audit::Result;

constexpr size_t kTrainedName = 20;
using Widths = std::array<size_t, 3>;
constexpr Widths kShortcutCells = {20, 24, 0}, kOtherModelCells = {20, 18, 20}, kTransferCells = {20, 17, 23};

std::string trained_row(const std::string& name, const std::vector<std::string>& cells, const Widths& widths) {
  std::string line = draw::pad_right(draw::ellipsize(draw::safe_text(name), kTrainedName - 1), kTrainedName);
  for (size_t i = 0; i < cells.size(); ++i) line += draw::pad_left(cells[i], widths[i]);
  return line + "\n";
}

draw::IntervalRow trained_interval(const std::string& name, const Number& number, size_t shape = 0) {
  return {name, with_interval(number), number.mean, number.low, number.high, {}, shape};
}

std::string in_per_cent(const Number& share) {
  if (share.n == 0) return "-";
  return fixed(100 * share.mean, 1) + " (" + fixed(100 * share.low, 1) + " to " + fixed(100 * share.high, 1) + ")";
}

// Two parts that decide together.

Json shortcut_json(const PlantedResult& shortcut) {
  Json maps = Json::array();
  for (const audit::PlantedRow& row : shortcut.rows) {
    Json one = {{"map", row.name}};
    put(one, "precision", row.precision);
    put(one, "rank", row.rank);
    maps.push_back(std::move(one));
  }
  return {{"shortcut", attribution::shortcut_name(shortcut.shortcut)},
          {"used", shortcut.used},
          {"untaught", shortcut.untaught},
          {"incomplete", finite(shortcut.incomplete)},
          {"taught", shortcut.taught()},
          {"maps", std::move(maps)}};
}

std::string shortcut_heading(Shortcut shortcut, const Nouns& nouns) {
  return nouns.in(shortcut == Shortcut::kInContext ? "does it find a {part} that decides beside another one?"
                                                   : "does it find two {parts} whose order decides?");
}

std::string shortcut_note(const PlantedResult& shortcut, const Nouns& nouns) {
  return nouns.in("A twin was taught that they decide: it follows them in ") + per_cent(shortcut.used) +
         nouns.in(" of the {inputs}, and where one of the two is missing in ") + per_cent(shortcut.incomplete) +
         nouns.in("; the model audited, which does not know them, in ") + per_cent(shortcut.untaught) + "." +
         (shortcut.taught() ? "" : " It has not learnt that both are needed, so that it counts for nothing.");
}

std::string shortcut_table(const PlantedResult& shortcut, const Result& result, const draw::Style& style) {
  std::string out = heading_of(shortcut_heading(shortcut.shortcut, result.nouns), style) +
                    trained_row("", {"precision@2 ↑", "mean place ↓"}, kShortcutCells);
  for (const audit::PlantedRow& row : shortcut.rows) {
    out += trained_row(row.name, {with_interval(row.precision), with_interval(row.rank)}, kShortcutCells);
  }
  return out + draw::wrapped(shortcut_note(shortcut, result.nouns) +
                                 " precision@2 is the share of the two that a map puts first and second; the best mean "
                                 "place is 1.5.",
                             style.width, 0);
}

std::string shortcut_figure(const PlantedResult& shortcut, const Nouns& nouns) {
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"map", "precision@2 ↑", "mean place, 1.5: first ↓"}, {}};
  for (const audit::PlantedRow& row : shortcut.rows) {
    rows.push_back(trained_interval(row.name, row.precision));
    numbers.rows.push_back({row.name, with_interval(row.precision), with_interval(row.rank)});
  }
  return draw::html_figure(
      {nouns.in(shortcut.shortcut == Shortcut::kInContext ? "A {part} that decides only beside another one"
                                                          : "Two {parts} whose order decides"),
       shortcut_note(shortcut, nouns) + nouns.in(" Shown is the share of the two {parts} that a map puts first and "
                                                 "second."),
       draw::interval_chart(rows, "precision@2", {1.0, {0, 1}}), numbers});
}

// Models trained to answer alike and look elsewhere.

Json other_model_json(const audit::OtherModel& other) {
  Json out = other.seed > 0 ? Json{{"seed", other.seed}} : Json{{"lambda", other.pull}};
  put(out, "tvd", other.moved);
  put(out, "jsd", other.distance);
  put(out, "accuracy", other.accuracy);
  return out;
}

Json trained_adversary_json(const audit::TrainedAdversaryResult& result) {
  Json adversaries = Json::array(), seeds = Json::array();
  for (const audit::OtherModel& one : result.adversaries) adversaries.push_back(other_model_json(one));
  for (const audit::OtherModel& one : result.seeds) seeds.push_back(other_model_json(one));
  const Json furthest = result.furthest ? Json(result.adversaries[*result.furthest].pull) : Json();
  return {{"adversaries", std::move(adversaries)},
          {"seeds", std::move(seeds)},
          {"seeds_tvd", result.seeds_moved},
          {"seeds_jsd", result.seeds_distance},
          {"furthest", furthest}};
}

std::string lambda_text(double pull) {
  std::ostringstream out;
  out << "λ " << pull;
  return out.str();
}

std::string other_model_name(const audit::OtherModel& other) {
  return other.seed > 0 ? "another seed, " + std::to_string(other.seed) : "adversary, " + lambda_text(other.pull);
}

std::string trained_adversary_note(const audit::TrainedAdversaryResult& result, const Nouns& nouns) {
  std::string out = "Trainings with another seed answer up to " + bare(result.seeds_moved, 3) +
                    " away from the model (TVD) and look up to " + bare(result.seeds_distance) +
                    " away (JSD, 0 to .69). ";
  if (!result.furthest) return out + "No adversary answers as much like it as those.";
  const audit::OtherModel& one = result.adversaries[*result.furthest];
  if (one.distance.mean <= result.seeds_distance) {
    return out + "No adversary that answers as much like it looks further away than those: the furthest (" +
           lambda_text(one.pull) + ") is " + bare(one.distance.mean) + " away.";
  }
  return out + "Of the adversaries that answer as much like it the furthest one (" + lambda_text(one.pull) +
         ") looks " + bare(one.distance.mean) +
         nouns.in(
             " away: other weights of the {parts} go with nearly the same answers, so that the model's are not "
             "the only ones. That does not make them unfaithful.");
}

std::string trained_adversary_table(const Result& result, const draw::Style& style) {
  const audit::TrainedAdversaryResult& trained = *result.trained_adversary;
  std::string out = heading_of("can another model answer alike and look elsewhere?", style) +
                    trained_row("", {"answers, TVD ↓", "maps, JSD", "accuracy, %"}, kOtherModelCells);
  for (const auto* models : {&trained.adversaries, &trained.seeds}) {
    for (const audit::OtherModel& one : *models) {
      out += trained_row(other_model_name(one),
                         {with_interval(one.moved, 3), with_interval(one.distance), in_per_cent(one.accuracy)},
                         kOtherModelCells);
    }
  }
  return out + draw::wrapped(trained_adversary_note(trained, result.nouns), style.width, 0);
}

std::string trained_adversary_figure(const audit::TrainedAdversaryResult& result, const Nouns& nouns) {
  std::vector<draw::ScatterPoint> points;
  draw::HtmlTable numbers{{"model", "answers, mean TVD ↓", "maps, mean JSD", "accuracy"}, {}};
  for (const auto* models : {&result.adversaries, &result.seeds}) {
    for (const audit::OtherModel& one : *models) {
      points.push_back({other_model_name(one), one.distance.mean, one.moved.mean, 0});
      numbers.rows.push_back({other_model_name(one), with_interval(one.moved, 3), with_interval(one.distance),
                              per_cent_interval(one.accuracy)});
    }
  }
  return draw::html_figure(
      {"Can another model answer alike and look elsewhere?",
       "Adversaries were trained to give the model's answers with a look far from its own, the more so the larger λ "
       "is. Where their points rise steeply to the right, its attention is hard to fake; where they stay low, it is "
       "easy. " +
           trained_adversary_note(result, nouns),
       draw::scatter_chart(points, "how far its map lies from the model's (JSD)", "how far its answers do (TVD)"),
       numbers});
}

// Weights on a model without context.

constexpr const char* kTransferKeys[] = {"even", "own", "model", "adversary"};

Json transfer_json(const audit::TransferResult& transfer) {
  Json rows = Json::array();
  for (const audit::TransferRow& row : transfer.rows) {
    Json one = {{"weights", kTransferKeys[static_cast<size_t>(row.weights)]}};
    put(one, "accuracy", row.accuracy);
    one["macro_f1"] = finite(row.macro_f1.value);
    const bool known = row.accuracy.n > 0;
    one["macro_f1_ci"] = known ? Json::array({row.macro_f1.low, row.macro_f1.high}) : Json();
    put(one, "beyond_even", row.beyond_even);
    rows.push_back(std::move(one));
  }
  return {{"lambda", transfer.pull ? Json(*transfer.pull) : Json()}, {"models", std::move(rows)}};
}

std::string transfer_name(const audit::TransferResult& transfer, audit::TransferWeights weights) {
  const std::string names[] = {"even weights", "weights of its own", "the model's weights",
                               "adversary, " + lambda_text(transfer.pull.value_or(0))};
  return names[static_cast<size_t>(weights)];
}

std::string f1_text(const audit::TransferRow& row) {
  if (row.accuracy.n == 0) return "-";
  return bare(row.macro_f1.value) + " (" + bare(row.macro_f1.low) + " to " + bare(row.macro_f1.high) + ")";
}

std::string transfer_note(const Nouns& nouns) {
  return nouns.in(
      "Models that read each {part} by itself were trained under these weights, one training each; the intervals are "
      "of the {inputs} alone. Points beyond: of accuracy, beyond even weights. Weights that say which {parts} matter "
      "make such a model better than even ones and than "
      "those that it learns itself.");
}

std::string transfer_table(const Result& result, const draw::Style& style) {
  std::string out = heading_of("what are the weights worth to a model without context?", style) +
                    trained_row("", {"accuracy, % ↑", "macro F1 ↑", "points beyond ↑"}, kTransferCells);
  for (const audit::TransferRow& row : result.transfer->rows) {
    out += trained_row(transfer_name(*result.transfer, row.weights),
                       {in_per_cent(row.accuracy), f1_text(row), in_per_cent(row.beyond_even)}, kTransferCells);
  }
  return out + draw::wrapped(transfer_note(result.nouns), style.width, 0);
}

std::string transfer_figure(const audit::TransferResult& transfer, const Nouns& nouns) {
  std::vector<draw::IntervalRow> rows;
  draw::HtmlTable numbers{{"weights", "accuracy ↑", "macro F1 ↑", "points of accuracy beyond even weights ↑"}, {}};
  for (const audit::TransferRow& row : transfer.rows) {
    const std::string name = transfer_name(transfer, row.weights);
    rows.push_back(trained_interval(name, row.accuracy));
    numbers.rows.push_back({name, per_cent_interval(row.accuracy), f1_text(row), in_per_cent(row.beyond_even)});
  }
  return draw::html_figure({"What the weights are worth to a model without context", transfer_note(nouns),
                            draw::interval_chart(rows, "accuracy", {}), numbers});
}

}  // namespace

void put_trained_json(Json& out, const Result& result) {
  out["shortcuts"] = Json();
  for (const PlantedResult& shortcut : result.shortcuts) out["shortcuts"].push_back(shortcut_json(shortcut));
  out["trained_adversary"] = result.trained_adversary ? trained_adversary_json(*result.trained_adversary) : Json();
  out["transfer"] = result.transfer ? transfer_json(*result.transfer) : Json();
}

std::string audit_trained_text(const Result& result, const draw::Style& style) {
  std::string out;
  for (const PlantedResult& shortcut : result.shortcuts) out += shortcut_table(shortcut, result, style);
  if (result.trained_adversary) out += trained_adversary_table(result, style);
  if (result.transfer) out += transfer_table(result, style);
  return out;
}

std::string trained_figures(const Result& result) {
  std::string out;
  for (const PlantedResult& shortcut : result.shortcuts) out += shortcut_figure(shortcut, result.nouns);
  if (result.trained_adversary) out += trained_adversary_figure(*result.trained_adversary, result.nouns);
  if (result.transfer) out += transfer_figure(*result.transfer, result.nouns);
  return out;
}

}  // namespace fovea::report
