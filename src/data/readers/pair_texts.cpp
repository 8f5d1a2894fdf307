#include "data/readers/pair_texts.h"

#include <utility>

namespace fovea::data {

void PairTexts::add(const PairView& pair) {
  places_.add(
      {texts_.size(), static_cast<uint32_t>(pair.source.size()), static_cast<uint32_t>(pair.target.size()), pair.line});
  texts_.add(pair.source);
  texts_.add(pair.target);
}

void PairTexts::finish() {
  texts_.finish();
  places_.finish();
}

PairView PairTexts::operator[](int64_t pair) const {
  const Place& place = places_[pair];
  const std::string_view both = texts_.all().substr(place.begin, size_t{place.source} + place.target);
  return {both.substr(0, place.source), both.substr(place.source), place.line};
}

void PairTexts::erase_if(const std::function<bool(const PairView&)>& gone) {
  Spilled<Place> kept(spill_);
  for (int64_t pair = 0; pair < size(); ++pair) {
    if (!gone((*this)[pair])) kept.add(places_[pair]);
  }
  kept.finish();
  places_ = std::move(kept);
}

}  // namespace fovea::data
