#include "attribution/integrated_gradients.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>
#include <numeric>

#include "attribution/gradients.h"
#include "base/errors.h"

namespace fovea::attribution {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Place {
  double share = 0, probability = kUnknown;
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

// The way of one input.
struct Way {
  int64_t input = 0, towards = 0;
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
    const Place middle = {(part.begin.share + part.end.share) / 2};
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
  Round(Differentiable& subject, std::span<Way> ways) : subject_(subject) {
    static const std::vector<Node> nodes = gauss_legendre(kStepsOfPart);
    for (Way& way : ways) {
      for (Part& part : way.parts) {
        if (!part.scores.empty()) continue;
        part.scores.assign(static_cast<size_t>(subject.parts(way.input)), 0);
        const double length = part.end.share - part.begin.share;
        for (Place* place : {&part.begin, &part.end}) {
          if (std::isnan(place->probability)) add(way, place->share, {&part, 0, place});
        }
        for (const Node& node : nodes) {
          add(way, part.begin.share + length * node.place, {&part, length * node.weight, nullptr});
        }
        way.steps += kStepsOfPart;
      }
    }
  }

  void run() {
    input_products(subject_, points_, Attention::kMoves,
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

  void add(const Way& way, double place, const Use& use) {
    points_.push_back({way.input, place, way.towards});
    uses_.push_back(use);
  }

  Differentiable& subject_;
  std::vector<Point> points_;
  std::vector<Use> uses_;
};

Attribution finished(const Way& way, size_t parts_of_input) {
  Attribution out{std::vector<double>(parts_of_input, 0), way.steps, 0};
  double difference = 0;
  for (const Part& part : way.parts) {
    for (size_t i = 0; i < parts_of_input; ++i) out.scores[i] += part.scores[i];
    difference += part.end.probability - part.begin.probability;
  }
  const double sum = std::accumulate(out.scores.begin(), out.scores.end(), 0.0);
  out.gap = std::abs(sum - difference) / way.least();
  return out;
}

}  // namespace

std::vector<Attribution> integrated_gradients(Differentiable& subject, std::span<const int64_t> towards) {
  std::vector<Attribution> all(static_cast<size_t>(subject.inputs()));
  std::vector<Way> open;
  for (int64_t input = 0; input < subject.inputs(); ++input) {
    if (subject.parts(input) > 0) open.push_back({input, towards[static_cast<size_t>(input)], {{{0}, {1}, {}}}, 0});
  }
  while (!open.empty()) {
    Round(subject, open).run();
    std::erase_if(open, [&](Way& way) {
      const bool more = way.steps + 2 * kStepsOfPart * parts_too_far_off(way) <= kMostSteps;
      if (more && halve(way)) return false;
      all[static_cast<size_t>(way.input)] = finished(way, static_cast<size_t>(subject.parts(way.input)));
      return true;
    });
  }
  return all;
}

std::vector<Node> gauss_legendre(int64_t count) {
  FOVEA_CHECK(count >= 1, count);
  const auto degree = static_cast<double>(count);
  std::vector<Node> nodes;
  for (int64_t k = count; k >= 1; --k) {
    // Newton's method for the k-th root of the Legendre polynomial P, from a guess that is near it at every degree.
    double x = std::cos(std::numbers::pi * (static_cast<double>(k) - 0.25) / (degree + 0.5)), slope = 0;
    for (int step = 0; step < 100; ++step) {
      double before = 1, value = x;  // P_0 and P_1
      for (int64_t n = 2; n <= count; ++n) {
        const auto number = static_cast<double>(n);
        const double next = ((2 * number - 1) * x * value - (number - 1) * before) / number;
        before = value;
        value = next;
      }
      slope = degree * (x * value - before) / (x * x - 1);
      const double move = value / slope;
      x -= move;
      if (std::abs(move) < 1e-15) break;
    }
    nodes.push_back({(1 + x) / 2, 1 / ((1 - x * x) * slope * slope)});
  }
  return nodes;
}

}  // namespace fovea::attribution
