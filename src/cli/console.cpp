#include "cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cores.h"
#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "flows/machine.h"

namespace fovea::cli {
namespace {

constexpr int kWidth = 80;

bool wants_colour(const std::string& setting) {
  if (setting == "always") return true;
  if (setting == "never") return false;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_color && *no_color) return false;
  if (!terminal || std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

int terminal_width(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) return size.ws_col;
  return kWidth;
}

}  // namespace

draw::Style begin(const CommonOptions& common) {
  log::set_level(common.quiet ? log::Level::kWarnings : common.verbose ? log::Level::kVerbose : log::Level::kNormal);
  if (common.quiet && common.verbose)
    throw UserError(ExitCode::kUsage, "--quiet and --verbose exclude each other", "Leave one out.");
  if (common.device != "cpu") {
    throw UserError(ExitCode::kUsage, "--device: this version of Fovea runs on the CPU only", "Leave --device out.");
  }
  if (!common.json_out.empty()) require_place_for(common.json_out);
  warn_of_threads(common.threads);
  flows::use_machine(common.threads);
  draw::Style style;
  style.colour = wants_colour(common.color);
  style.width = ::isatty(STDOUT_FILENO) == 1 ? std::min(terminal_width(STDOUT_FILENO), 120) : kWidth;
  return style;
}

void warn_of_threads(int64_t threads) {
  const int cores = usable_cores();
  if (threads <= cores) return;
  log::warn("--threads " + std::to_string(threads) + ": " + counted(cores, "core", "cores") +
            " may be used here; more threads than that wait for one another");
}

void print(const std::string& text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) flush_output();
}

void flush_output() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    throw UserError(ExitCode::kCannotWrite, std::string("standard output: cannot write: ") + std::strerror(errno));
  }
}

void tell(const std::string& name, const std::string& text) {
  std::string lines = draw::summary_lines(name, text);
  lines.pop_back();  // the log ends its lines itself
  log::info(lines);
}

void deliver_json(const CommonOptions& common, const Json& json) {
  if (!common.json_out.empty()) write_file(common.json_out, to_pretty(json));
  if (common.json) print(to_line(json) + "\n");
}

std::string fold_words(const std::string& text, int width, int indent) {
  std::string out, line;
  const auto end_line = [&] {
    out += (out.empty() ? "" : "\n" + std::string(static_cast<size_t>(indent), ' ')) + line;
    line.clear();
  };
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    if (!line.empty() && indent + draw::display_width(line) + 1 + draw::display_width(word) > width) end_line();
    line += (line.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  end_line();
  return out;
}

int error_width() {
  return ::isatty(STDERR_FILENO) == 1 ? terminal_width(STDERR_FILENO) : std::numeric_limits<int>::max();
}

LiveLine::LiveLine(const CommonOptions& common) : width_(terminal_width(STDERR_FILENO)) {
  const char* terminal = std::getenv("TERM");
  shown_ = !common.quiet && ::isatty(STDERR_FILENO) == 1 && terminal && std::strcmp(terminal, "dumb") != 0;
}

LiveLine::~LiveLine() {
  clear();
}

void LiveLine::draw(const std::string& text) {
  if (!shown_) return;
  std::fprintf(stderr, "\r%s\033[K", draw::ellipsize(text, width_ - 1).c_str());
  std::fflush(stderr);
  dirty_ = true;
}

void LiveLine::clear() {
  if (!dirty_) return;
  std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  dirty_ = false;
}

}  // namespace fovea::cli
