// What the program may write where: results to standard output, the rest to standard error, colour and a live line only
// where they are wanted.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "cli/options.h"
#include "draw/terminal.h"

namespace fovea::cli {

// Sets log level, threads and determinism from the common options; refuses a device that this version does not have.
// Returns the style for standard output.
draw::Style begin(const CommonOptions& common);

// Warns where fewer cores than `threads` may be used here.
void warn_of_threads(int64_t threads);

// Writes to standard output; throws UserError (kCannotWrite) when it cannot (a full disk).
void print(const std::string& text);
void flush_output();

// A name and what is said of it, on standard error; not with --quiet.
void tell(const std::string& name, const std::string& text);

// --json and --json-out of one object.
void deliver_json(const CommonOptions& common, const Json& json);

// A line that is drawn over itself while something goes on; silent where standard error is no terminal or --quiet is
// set.
class LiveLine {
 public:
  explicit LiveLine(const CommonOptions& common);
  ~LiveLine();
  bool shown() const { return shown_; }
  void draw(const std::string& text);  // cut to the terminal's width
  void clear();

 private:
  bool shown_ = false;
  bool dirty_ = false;
  int width_ = 80;
};

// `text` with line ends put in place of spaces so that no line passes `width` columns, all but the first after `indent`
// spaces, which the caller has written before the first; a word longer than that has a line of its own.
std::string fold_words(const std::string& text, int width, int indent);
int error_width();  // of the terminal that standard error is; where it is none, as good as endless

}  // namespace fovea::cli
