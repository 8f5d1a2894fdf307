// What people marked in texts, from a file: ERASER's JSON lines (DeYoung et al. 2020) or plain lines of three numbers.
// Knows positions of words that white space divides; nothing of the words of a model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fovea::data {

// The bytes [start, end) of each word of `text` (UTF-8) that white space divides, as Python's str.split() does.
std::vector<std::pair<int64_t, int64_t>> whitespace_words(std::string_view text);

// Those words with one space between them: texts that differ in white space alone have the same. O(n).
std::string with_single_spaces(std::string_view text);

// The words [start, end) of a text, counted from 0.
struct RationaleSpan {
  int64_t start = 0, end = 0;
  int64_t line = 0;  // of the file
};

// What is marked in one text, by all who annotated it. A text of which nothing is marked has no entry.
struct Rationale {
  int64_t row_line = 0;  // plain lines: the line of the data on which the text begins, from 1
  std::string document;  // ERASER: its text, with_single_spaces()
  std::vector<RationaleSpan> spans;
};

struct Rationales {
  std::string path;
  bool by_line = false;  // plain lines: texts are named by their line, else by what they say
  std::vector<Rationale> rationales;
  int64_t misquoted = 0;  // ERASER: spans whose "text" is not that of the words they name
};

// A line that begins with { makes the file ERASER's: objects with "annotation_id" and "evidences", a list of lists of
// objects with "start_token", "end_token", and perhaps "docid" (else the annotation_id) and "text". The text of a
// document is that in "docs" of the object, by its id, or the file docs/ID beside `path`. Else each line that is not
// empty is "LINE START END".
// Throws UserError (kNoInput, kBadData) with the file's line: what is no such line, a span that is empty or begins
// below 0, or that ends behind its document, a document that is not there, an annotation that is there twice, and a
// file without any line. Whether a span of plain lines ends behind its text is for the caller to see.
Rationales read_rationales(const std::string& path);

}  // namespace fovea::data
