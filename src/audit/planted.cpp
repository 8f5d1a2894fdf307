#include "audit/planted.h"

#include <algorithm>
#include <numeric>

#include "audit/order.h"
#include "base/errors.h"
#include "base/random.h"

namespace fovea::audit {

PlantedTexts plant(const Material& material, const std::vector<int32_t>& words, uint64_t seed) {
  FOVEA_CHECK(words.size() == material.classes.size(), words.size(), material.classes.size());
  PlantedTexts out;
  out.material.classes = material.classes;
  const uint64_t base = stream_base({seed, Purpose::kPlanting, 0});
  for (size_t i = 0; i < material.texts.size(); ++i) {
    Text text = material.texts[i];
    const uint64_t label = uniform_below(base, 2 * i, words.size());
    const auto place = static_cast<int64_t>(uniform_below(base, 2 * i + 1, text.ids.size() + 1));
    text.ids.insert(text.ids.begin() + place, words[label]);
    for (int32_t& start : text.sentence_starts) {
      if (start > 0 && start >= place) ++start;
    }
    out.material.texts.push_back(std::move(text));
    out.material.truth.push_back(static_cast<int64_t>(label));
    out.places.push_back(place);
  }
  return out;
}

PlantedRow planted_row(const Map& map, const PlantedTexts& texts, const std::vector<double>& used, uint64_t seed) {
  const std::vector<Order> orders = orders_of(map.scores, seed);
  std::vector<double> first(orders.size(), kNone), rank(orders.size(), kNone);
  for (size_t i = 0; i < orders.size(); ++i) {
    if (used[i] != 1) continue;
    const auto at = std::find(orders[i].begin(), orders[i].end(), texts.places[i]) - orders[i].begin();
    first[i] = at == 0 ? 1 : 0;
    rank[i] = static_cast<double>(at + 1);
  }
  return {map.name, number_of(first), number_of(rank)};
}

Map swapped(const Map& map, const std::vector<Text>& texts) {
  std::vector<size_t> order(texts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return texts[a].size() < texts[b].size(); });
  Map out{"swapped between texts", map.kind, map.scores};
  for (size_t k = 0; k < order.size(); ++k) {
    const size_t from = order[(k + 1) % order.size()], to = order[k];
    out.scores[to] = map.scores[from];
    out.scores[to].resize(map.scores[to].size(), 0);
  }
  return out;
}

Map permuted(const Map& map, uint64_t seed) {
  Map out{"permuted within texts", map.kind, map.scores};
  for (size_t i = 0; i < out.scores.size(); ++i) {
    shuffle(std::span<double>(out.scores[i]), {seed, Purpose::kPlanting, i + 1});
  }
  return out;
}

}  // namespace fovea::audit
