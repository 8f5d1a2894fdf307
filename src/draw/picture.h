// What there is to see of an answer, as plain numbers, whatever kind of task gave it: a page and a terminal draw
// pictures and know no task.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "draw/terminal.h"

namespace fovea::draw {

// A label and how probable it is.
struct Likely {
  std::string label;
  double probability = 0;
};

// What stands above a picture.
struct Headline {
  std::vector<Likely> ranking;  // first what is answered, then what else is worth showing, at least one
  std::string truth;            // what the file says, named as in the ranking; empty where it says nothing
  int64_t line = 0;             // of the file, from 1; 0 where there is none
  // What the file has where the truth is no label and another answer may be right as well; "" where it says nothing.
  std::string reference{};
  struct Scored {
    std::string name;  // of the score: "sentence BLEU"
    double value = 0;  // as it is published
  };
  std::optional<Scored> score{};   // how near the answer is to the reference
  bool prior = false;              // there was nothing to look at: the answer is the label shares of the training part
  std::vector<std::string> notes;  // what else is to be known of this answer, each in a few words
};

// A text of n words, each shaded by its lift (draw/shade.h).
struct ShadedWords {
  std::vector<std::string> words;  // [n] as they stand in the text
  std::vector<double> weights;     // [n] sizes sum to 1; one below 0 speaks against the answer
  std::vector<std::string> gaps;   // [n + 1] what stands before each word and behind the last
  struct Sentence {
    int64_t first = 0;  // its first word; it ends where the next begins
    double weight = 0;  // of a text they sum to 1
  };
  std::vector<Sentence> sentences{};  // in the order of the text; of fewer than two none is marked
  int64_t unread = 0;                 // words behind the last that were not looked at
  int64_t unknown = 0;                // of the n, those that were read as words never seen
};

// Which of S parts of the input were looked at for each of T parts of the answer, such as the words of two languages.
struct Alignment {
  std::vector<std::string> source;  // [S] parts of the input
  std::vector<std::string> target;  // [T] parts of the answer
  std::vector<double> weights;      // [T × S], those of a target one after the other; their sizes sum to 1 for each
  std::vector<std::pair<int64_t, int64_t>> links{};  // source and target of what is linked, each within its size
  // Whether the weights are where a model looked when it wrote the answer: then the entropy of each target and what
  // each source got in all are told beside them.
  bool looked = false;
  bool ends = false;  // the last source is the end of the input, which is no word
  // Numbers of the parts before which no blank stands in their text, as in Chinese.
  std::vector<int64_t> glued_source{}, glued_target{};
};

// A rectangle of an image, in pixels from its upper left corner.
struct Box {
  double left = 0, top = 0, width = 0, height = 0;
};

// An image of which n regions were weighed.
struct Regions {
  int64_t width = 0, height = 0;  // of the image, in pixels, above 0
  std::vector<Box> boxes;         // [n] within the image; a later one lies over an earlier one
  std::vector<double> weights;    // [n] sizes sum to 1
};

// An image cut into rows × columns regions of one size. weights [rows × columns], row by row.
Regions grid_regions(int64_t width, int64_t height, int64_t rows, int64_t columns, std::vector<double> weights);

// A recording of which n segments were weighed.
struct Timeline {
  double seconds = 0;  // of the recording, above 0
  struct Segment {
    double start = 0, end = 0;  // in seconds, 0 ≤ start ≤ end ≤ seconds
    double weight = 0;          // of all segments sizes sum to 1
    std::string heard;          // what the model took it for; may be empty
  };
  std::vector<Segment> segments;  // [n] in the order of time
};

// One weight below 0 speaks against the answer in every kind of picture. The shade is that of the lift: the weight
// times the number of parts it was one of, n or S.
using Picture = std::variant<ShadedWords, Alignment, Regions, Timeline>;

// Throws InternalError where the sizes of a picture do not fit together.
void check_sizes(const Picture& picture);

// The same parts with other weights, in the order of those of the picture (of an alignment T × S; its links stay, and
// it is no longer where the model looked).
Picture reweighed(const Picture& picture, std::span<const double> weights);

// Of each target the entropy of its weights, 1 where they are even, [T], 0 of one source; and what each source got of
// all targets together, its coverage, [S]. Of weights that are none below 0.
std::vector<double> entropies_of(const Alignment& picture);
std::vector<double> coverage_of(const Alignment& picture);

// How much each part of the input was looked at in all: the weights, of an alignment their mean over its targets.
std::vector<double> looks_of(const Picture& picture);

// For a terminal. Shaded words are one line without its end: "The acting was never(.31) bad(.42)"; with colour they
// stand on a background and are underlined from lift 2, without they carry their weight from lift 2; each of several
// sentences begins with its weight: "[.41] The film …". All others are lines of at most style.width columns, each with
// its end: a matrix, an image of characters, a bar of time, with numbers from lift 2.
std::string picture_text(const Picture& picture, const Style& style);

// For a page with the classes of web/pictures.css: a figure with its title, a sentence on how to read it, the drawing
// (SVG, but for words) and its numbers as a table. What is said is safe, whatever the picture's texts hold.
std::string picture_html(const Picture& picture, const std::string& title, const std::string& note = "");

}  // namespace fovea::draw
