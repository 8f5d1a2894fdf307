#include "draw/picture.h"

#include <cmath>
#include <utility>

#include "base/errors.h"

namespace fovea::draw {
namespace {

struct CheckSizes {
  void operator()(const ShadedWords& picture) const {
    const size_t n = picture.words.size();
    FOVEA_CHECK(picture.weights.size() == n && picture.gaps.size() == n + 1, n, picture.weights.size(),
                picture.gaps.size());
  }
  void operator()(const Alignment& picture) const {
    FOVEA_CHECK(picture.weights.size() == picture.source.size() * picture.target.size(), picture.weights.size(),
                picture.source.size(), picture.target.size());
    for (const auto& [source, target] : picture.links) {
      FOVEA_CHECK(
          source >= 0 && source < std::ssize(picture.source) && target >= 0 && target < std::ssize(picture.target),
          source, target);
    }
  }
  void operator()(const Regions& picture) const {
    FOVEA_CHECK(picture.boxes.size() == picture.weights.size(), picture.boxes.size(), picture.weights.size());
    FOVEA_CHECK(picture.width > 0 && picture.height > 0, picture.width, picture.height);
  }
  void operator()(const Timeline& picture) const { FOVEA_CHECK(picture.seconds > 0, picture.seconds); }
};

struct Reweighed {
  std::span<const double> weights;

  Picture operator()(ShadedWords picture) const { return with_weights(std::move(picture)); }
  Picture operator()(Alignment picture) const {
    picture.looked = false;
    return with_weights(std::move(picture));
  }
  Picture operator()(Regions picture) const { return with_weights(std::move(picture)); }
  Picture operator()(Timeline picture) const {
    FOVEA_CHECK(picture.segments.size() == weights.size(), picture.segments.size(), weights.size());
    for (size_t i = 0; i < weights.size(); ++i) picture.segments[i].weight = weights[i];
    return picture;
  }

  template <typename Kind>
  Picture with_weights(Kind picture) const {
    FOVEA_CHECK(picture.weights.size() == weights.size(), picture.weights.size(), weights.size());
    picture.weights.assign(weights.begin(), weights.end());
    return picture;
  }
};

struct Looks {
  std::vector<double> operator()(const ShadedWords& picture) const { return picture.weights; }
  std::vector<double> operator()(const Regions& picture) const { return picture.weights; }
  std::vector<double> operator()(const Alignment& picture) const {
    const size_t targets = picture.target.size(), sources = picture.source.size();
    std::vector<double> looks(targets == 0 ? 0 : sources);
    for (size_t i = 0; i < picture.weights.size(); ++i) {
      looks[i % sources] += picture.weights[i] / static_cast<double>(targets);
    }
    return looks;
  }
  std::vector<double> operator()(const Timeline& picture) const {
    std::vector<double> looks;
    for (const Timeline::Segment& segment : picture.segments) looks.push_back(segment.weight);
    return looks;
  }
};

}  // namespace

Regions grid_regions(int64_t width, int64_t height, int64_t rows, int64_t columns, std::vector<double> weights) {
  FOVEA_CHECK(static_cast<int64_t>(weights.size()) == rows * columns, weights.size(), rows, columns);
  Regions out{width, height, {}, std::move(weights)};
  const double across = static_cast<double>(width) / static_cast<double>(columns);
  const double down = static_cast<double>(height) / static_cast<double>(rows);
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t column = 0; column < columns; ++column) {
      out.boxes.push_back({static_cast<double>(column) * across, static_cast<double>(row) * down, across, down});
    }
  }
  return out;
}

void check_sizes(const Picture& picture) {
  std::visit(CheckSizes{}, picture);
}

Picture reweighed(const Picture& picture, std::span<const double> weights) {
  return std::visit(Reweighed{weights}, picture);
}

std::vector<double> entropies_of(const Alignment& picture) {
  const size_t sources = picture.source.size();
  std::vector<double> entropies(picture.target.size());
  for (size_t t = 0; t < entropies.size() && sources > 1; ++t) {
    for (size_t s = 0; s < sources; ++s) {
      const double weight = picture.weights[t * sources + s];
      entropies[t] -= weight > 0 ? weight * std::log(weight) : 0;
    }
    entropies[t] /= std::log(static_cast<double>(sources));
  }
  return entropies;
}

std::vector<double> coverage_of(const Alignment& picture) {
  std::vector<double> coverage(picture.source.size());
  for (size_t i = 0; i < picture.weights.size(); ++i) coverage[i % coverage.size()] += picture.weights[i];
  return coverage;
}

std::vector<double> looks_of(const Picture& picture) {
  check_sizes(picture);
  return std::visit(Looks{}, picture);
}

}  // namespace fovea::draw
