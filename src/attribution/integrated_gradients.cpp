#include "attribution/integrated_gradients.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "attribution/input_gradients.h"
#include "attribution/quadrature.h"

namespace fovea::attribution {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Place {
  double at = 0, probability = kUnknown;
};

// A part of the way, and what the gradients along it add up to.
struct Part {
  Place begin, end;
  std::vector<double> scores;  // [n]; empty: not taken yet

  // How far they are from the change of p.
  double error() const {
    return std::abs(std::accumulate(scores.begin(), scores.end(), 0.0) - (end.probability - begin.probability));
  }
};

// The way of one text.
struct Way {
  int64_t text = 0, towards = 0;
  std::vector<Part> parts;
  int64_t steps = 0;

  double least() const {
    double difference = 0;
    for (const Part& part : parts) difference += part.end.probability - part.begin.probability;
    return std::max(std::abs(difference), kLeastDifference);
  }
  double error() const {
    return std::accumulate(parts.begin(), parts.end(), 0.0,
                           [](double sum, const Part& part) { return sum + part.error(); });
  }
};

// From which error on a part is halved: what it may be off by at most, and not far below the worst, so that steps go
// where they are missing.
double due_error(const Way& way) {
  double worst = 0;
  for (const Part& part : way.parts) worst = std::max(worst, part.error());
  return std::max(kGapWanted * way.least() / (2 * static_cast<double>(way.parts.size())), worst / 8);
}

// False where the way is good enough.
bool halve(Way& way) {
  if (way.error() < kGapWanted * way.least()) return false;
  const double due = due_error(way);
  std::vector<Part> kept, halves;
  for (Part& part : way.parts) {
    if (part.error() < due) {
      kept.push_back(std::move(part));
      continue;
    }
    const Place middle = {(part.begin.at + part.end.at) / 2};
    halves.push_back({part.begin, middle, {}});
    halves.push_back({middle, part.end, {}});
  }
  kept.insert(kept.end(), std::make_move_iterator(halves.begin()), std::make_move_iterator(halves.end()));
  way.parts = std::move(kept);
  return true;
}

int64_t parts_too_far_off(const Way& way) {
  const double due = due_error(way);
  return std::count_if(way.parts.begin(), way.parts.end(), [due](const Part& part) { return part.error() >= due; });
}

// p at the ends of parts that begin or end at a place not looked at yet, and the gradients along parts not taken yet.
class Round {
 public:
  Round(TextSubject& subject, std::span<const Text> texts, std::span<Way> ways) : subject_(subject), texts_(texts) {
    static const std::vector<Node> nodes = gauss_legendre(kStepsOfPart);
    for (Way& way : ways) {
      for (Part& part : way.parts) {
        if (!part.scores.empty()) continue;
        part.scores.assign(texts[static_cast<size_t>(way.text)].ids.size(), 0);
        const double length = part.end.at - part.begin.at;
        for (Place* place : {&part.begin, &part.end}) {
          if (std::isnan(place->probability)) add(way, place->at, {&part, 0, place});
        }
        for (const Node& node : nodes) {
          add(way, part.begin.at + length * node.at, {&part, length * node.weight, nullptr});
        }
        way.steps += kStepsOfPart;
      }
    }
  }

  void run() {
    input_products(subject_, texts_, points_, Attention::kMoves,
                   [this](size_t point, std::span<const double> products, double probability) {
                     const Use& use = uses_[point];
                     if (use.place) {
                       use.place->probability = probability;
                       return;
                     }
                     for (size_t i = 0; i < products.size(); ++i) use.part->scores[i] += use.weight * products[i];
                   });
  }

 private:
  // What a point is for: the p of a place, or a summand of a part.
  struct Use {
    Part* part = nullptr;
    double weight = 0;
    Place* place = nullptr;
  };

  void add(const Way& way, double at, const Use& use) {
    points_.push_back({way.text, at, way.towards});
    uses_.push_back(use);
  }

  TextSubject& subject_;
  std::span<const Text> texts_;
  std::vector<Point> points_;
  std::vector<Use> uses_;
};

Attribution finished(const Way& way, size_t words) {
  Attribution one{std::vector<double>(words, 0), way.steps, 0};
  double difference = 0;
  for (const Part& part : way.parts) {
    for (size_t i = 0; i < words; ++i) one.scores[i] += part.scores[i];
    difference += part.end.probability - part.begin.probability;
  }
  const double sum = std::accumulate(one.scores.begin(), one.scores.end(), 0.0);
  one.gap = std::abs(sum - difference) / way.least();
  return one;
}

}  // namespace

std::vector<Attribution> integrated_gradients(TextSubject& subject, std::span<const Text> texts,
                                              std::span<const int64_t> towards) {
  std::vector<Attribution> all(texts.size());
  std::vector<Way> open;
  for (size_t t = 0; t < texts.size(); ++t) {
    if (!texts[t].ids.empty()) open.push_back({static_cast<int64_t>(t), towards[t], {{{0}, {1}, {}}}, 0});
  }
  while (!open.empty()) {
    Round(subject, texts, open).run();
    std::erase_if(open, [&](Way& way) {
      const bool more = way.steps + 2 * kStepsOfPart * parts_too_far_off(way) <= kMostSteps;
      if (more && halve(way)) return false;
      const auto t = static_cast<size_t>(way.text);
      all[t] = finished(way, texts[t].ids.size());
      return true;
    });
  }
  return all;
}

}  // namespace fovea::attribution
