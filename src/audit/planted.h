// Texts in which the truth is known: made-up words planted into the texts of an audit, and maps that lie about them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "audit/material.h"
#include "audit/number.h"

namespace fovea::audit {

struct PlantedTexts {
  Material material;            // the truth is the class of the planted word
  std::vector<int64_t> places;  // of the planted word
};

// words: [C]. Each text gets the word of a class drawn at random, at a place drawn at random.
PlantedTexts plant(const Material& material, const std::vector<int32_t>& words, uint64_t seed);

// How well a map of the words of planted texts names the planted one, on the texts where the model answers its class.
struct PlantedRow {
  std::string name;
  Number precision;  // share of texts where it comes first
  Number rank;       // its place, from 1
};
PlantedRow planted_row(const Map& map, const PlantedTexts& texts, const std::vector<double>& used, uint64_t seed);

// Each text is given the map of another of about the same length, cut or filled with 0.
Map swapped(const Map& map, const std::vector<Text>& texts);
// The weights of each text at other places.
Map permuted(const Map& map, uint64_t seed);

}  // namespace fovea::audit
