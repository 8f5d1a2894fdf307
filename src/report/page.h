// The page of `fovea explain --html`: one self-contained file, no network, strict content policy.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "draw/picture.h"

namespace fovea::report {

struct PageFacts {
  std::string title;       // data file name
  std::string model_line;  // "BiLSTM 128+128, additive attention · seed 1"
  std::string model_path, version;
  int64_t texts_in_file = 0;      // of which the page shows those given
  int64_t seen_in_training = -1;  // of the texts shown; -1 unknown
  bool weights_are_shares = false;
  std::string audited;  // what an audit found of the picture, where it must be known; else ""
  std::string attention;
  std::string weights_sha256;
  attribution::Nouns nouns = {"word", "words", "text", "texts", "the unknown word"};
};

// One answer of a page.
struct PageItem {
  draw::Headline headline;
  draw::Picture picture;
  std::vector<attribution::Attribution> attributions{};  // what each method of the page says of the picture's parts
};

// Throws nothing but std::bad_alloc; any bytes in texts and labels are shown as text. With methods, each item has a
// picture for each of them, chosen by a switch or side by side; without, the one of the weights. Words are drawn by the
// page's script, every other picture stands in the page as SVG.
std::string answers_page(std::span<const PageItem> items, std::span<const attribution::MethodFacts> methods,
                         const PageFacts& facts);

}  // namespace fovea::report
