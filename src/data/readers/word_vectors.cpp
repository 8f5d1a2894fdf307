#include "data/readers/word_vectors.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <vector>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/bytes.h"
#include "data/readers/messages.h"
#include "data/readers/utf8.h"

namespace fovea::data {
namespace {

static_assert(std::endian::native == std::endian::little, "binary vectors are little endian");

constexpr size_t kEnoughToLook = 8192;            // bytes by which a file shows its kind
constexpr size_t kNumbersLooked = 64;             // bytes of the first row's numbers that tell text from binary
constexpr size_t kLongestWord = 65536;            // bytes; a "word" beyond that is damage
constexpr size_t kLongestLine = size_t{1} << 24;  // bytes; likewise
constexpr int64_t kLargestSize = 65536;           // as --embedding-size
constexpr std::string_view kFastTextModel = "\xBA\x16\x4F\x2F";
constexpr std::string_view kZip = "PK\x03\x04";
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

std::string_view without_first_blanks(std::string_view line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  return line;
}

bool parse_whole(std::string_view text, int64_t* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

// Two whole numbers and nothing else: rows and size.
bool parse_header(std::string_view line, int64_t* rows, int64_t* size) {
  line = without_first_blanks(trimmed(line));
  const auto first_end = std::find_if(line.begin(), line.end(), is_blank);
  const auto first_size = static_cast<size_t>(first_end - line.begin());
  return parse_whole(line.substr(0, first_size), rows) &&
         parse_whole(without_first_blanks(line.substr(first_size)), size);
}

// Of any size, with a sign or without.
bool is_whole_number(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int64_t count_fields(std::string_view line) {
  int64_t fields = 0;
  bool inside = false;
  for (const char c : line) {
    fields += !inside && !is_blank(c);
    inside = !is_blank(c);
  }
  return fields;
}

// The number of fields that most lines of `lines` have; that of the first line where no other is more frequent. The
// last line counts only where it is whole.
int64_t usual_fields(std::string_view lines) {
  std::map<int64_t, int64_t> counts;
  int64_t first = 0;
  for (size_t end = 0; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
    const int64_t fields = count_fields(lines.substr(0, end));
    if (fields == 0) continue;
    if (first == 0) first = fields;
    ++counts[fields];
  }
  int64_t usual = first;
  for (const auto& [fields, rows] : counts) {
    if (rows > counts[usual]) usual = fields;
  }
  return usual;
}

class Parser {
 public:
  Parser(const std::string& path, WordVectorSink& sink) : path_(path), sink_(sink) {}

  void add(std::string_view piece) {
    buffer_.append(piece);
    if (!started_ && buffer_.size() < kEnoughToLook) return;
    read_on();
  }

  WordVectorFile end() {
    if (!started_) read_on();
    std::string_view rest = std::string_view(buffer_).substr(used_);
    if (binary_ && rest.find_first_not_of("\r\n") != std::string_view::npos) {
      fail("row " + std::to_string(file_.words + 1) + ": is cut off");
    }
    if (!binary_ && !rest.empty()) read_line(rest);
    if (file_.words == 0) refuse("holds no word vectors");
    if (rows_ >= 0 && file_.words != rows_) {
      fail("its first line says " + counted(rows_, "row", "rows") + ", and it holds " +
           counted(file_.words, "row", "rows") + ": is it cut off?");
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(const std::string& reason, const std::string& remedy =
                                                          "Give vectors as text (GloVe, fastText .vec) or word2vec's "
                                                          "binary form.") const {
    throw UserError(ExitCode::kBadData, shown_path(path_) + ": " + reason, remedy);
  }
  [[noreturn]] void fail(const std::string& reason) const { refuse(reason, "Restore the file from where it came."); }
  [[noreturn]] void fail_line(const std::string& reason) const {
    throw UserError(ExitCode::kBadData, shown_place(path_, line_) + ": " + reason,
                    "Is that a file of word vectors, and is it whole?");
  }

  void read_on() {
    if (!started_) start();
    if (binary_) {
      while (read_binary_row()) {
      }
    } else {
      size_t end = 0;
      while ((end = buffer_.find('\n', used_)) != std::string::npos) {
        read_line(std::string_view(buffer_).substr(used_, end - used_));
        used_ = end + 1;
      }
      if (buffer_.size() - used_ > kLongestLine) {
        ++line_;
        fail_line("a line of over " + std::to_string(kLongestLine >> 20) + " MiB");
      }
    }
    buffer_.erase(0, used_);
    used_ = 0;
  }

  // Tells the kind by the first bytes.
  void start() {
    started_ = true;
    const std::string_view bytes = buffer_;
    if (bytes.empty()) refuse("is empty");
    if (bytes.starts_with(kByteOrderMark)) used_ = kByteOrderMark.size();
    if (bytes.starts_with(kFastTextModel)) {
      refuse("is a model of fastText, not a file of vectors", "Give the .vec file that lies beside it.");
    }
    if (bytes.starts_with(kZip)) refuse("is a ZIP archive", "Unpack it: unzip FILE, and give the text file inside.");
    const size_t line_end = bytes.find('\n');
    file_.kind = "text";
    if (line_end == std::string_view::npos ||
        !parse_header(bytes.substr(used_, line_end - used_), &rows_, &file_.size)) {
      rows_ = -1;
      file_.size = 0;
      usual_fields_ = usual_fields(bytes.substr(used_));
      return;
    }
    line_ = 1;
    used_ = line_end + 1;
    if (file_.size < 1 || file_.size > kLargestSize || rows_ < 0) {
      fail_line("a header of " + std::to_string(rows_) + " rows of " + std::to_string(file_.size) + " numbers");
    }
    binary_ = is_binary(bytes.substr(used_));
    file_.kind = binary_ ? "word2vec binary" : "text with a header";
  }

  // Of the bytes of numbers in binary some are no characters that one could read. A number may begin like a line end;
  // behind one a control character tells still, but a letter above '~' may belong to the next word of a text.
  static bool is_binary(std::string_view rows) {
    const size_t space = rows.find(' ');
    if (space == std::string_view::npos) return false;
    const std::string_view numbers = rows.substr(space, kNumbersLooked);
    const std::string_view line = numbers.substr(0, numbers.find('\n'));
    const auto is_control = [](unsigned char c) { return c < ' ' && c != '\t' && c != '\r' && c != '\n'; };
    const auto is_high = [](unsigned char c) { return c > '~'; };
    return std::any_of(numbers.begin(), numbers.end(), is_control) || std::any_of(line.begin(), line.end(), is_high);
  }

  bool read_binary_row() {
    std::string_view rest = std::string_view(buffer_).substr(used_);
    const size_t begin = std::min(rest.find_first_not_of("\r\n"), rest.size());
    rest.remove_prefix(begin);
    const size_t space = rest.find(' ');
    if (space > kLongestWord && rest.size() > kLongestWord) {
      fail("row " + std::to_string(file_.words + 1) + ": no word begins here");
    }
    const size_t bytes = static_cast<size_t>(file_.size) * sizeof(float);
    if (space == std::string_view::npos || rest.size() < space + 1 + bytes) return false;
    if (file_.words == rows_) fail("it goes on after the " + counted(rows_, "row", "rows") + " of its first line");
    ++file_.words;
    if (sink_.wants(rest.substr(0, space))) {
      values_.resize(static_cast<size_t>(file_.size));
      std::memcpy(values_.data(), rest.data() + space + 1, bytes);
      for (const float value : values_) {
        if (!std::isfinite(value)) fail("row " + std::to_string(file_.words) + ": a number that is not finite");
      }
      sink_.take(values_.data(), file_.size);
    }
    used_ += begin + space + 1 + bytes;
    return true;
  }

  // A word may hold spaces (GloVe's largest file has such); the numbers are the last E fields.
  void read_line(std::string_view line) {
    ++line_;
    line = trimmed(line);
    if (line.empty()) return;
    const int64_t fields = count_fields(line);
    if (file_.size == 0) find_size(line, fields);
    // A word of blanks alone is passed over.
    if (fields < file_.size || (fields == file_.size && !is_blank(line.front()))) {
      fail_line(std::to_string(std::max<int64_t>(fields - 1, 0)) + " numbers, and the vectors have " +
                std::to_string(file_.size));
    }
    ++file_.words;
    const size_t numbers = begin_of_numbers(line);
    const std::string_view word = trimmed(line.substr(0, numbers));
    if (word.empty()) return;
    if (sink_.wants(word)) {
      parse_numbers(line.substr(numbers));
      sink_.take(values_.data(), file_.size);
    }
  }

  // Without a header: the first word may hold spaces, so the lines behind it tell. Its numbers are read in any case, as
  // a file of another kind shows there.
  void find_size(std::string_view first_line, int64_t fields) {
    const int64_t usual = usual_fields_ > 1 ? usual_fields_ : fields;
    if (usual < 2) fail_line("not a word and its numbers");
    if (usual - 1 > kLargestSize) fail_line("a vector of " + std::to_string(usual - 1) + " numbers");
    file_.size = usual - 1;
    if (file_.size == 1) refuse_broken_header(first_line);
    if (fields >= file_.size) parse_numbers(first_line.substr(begin_of_numbers(first_line)));
  }

  // A word and a vector of one number may look so, but no file of them begins with a number for a word.
  void refuse_broken_header(std::string_view line) const {
    const size_t second = begin_of_numbers(line);
    if (!is_whole_number(without_first_blanks(trimmed(line.substr(0, second))))) return;
    if (is_whole_number(line.substr(second))) fail_line("two whole numbers, but no header of the rows and their size");
  }

  size_t begin_of_numbers(std::string_view line) const {
    size_t at = line.size();
    for (int64_t i = 0; i < file_.size; ++i) {
      while (at > 0 && is_blank(line[at - 1])) --at;
      while (at > 0 && !is_blank(line[at - 1])) --at;
    }
    return at;
  }

  void parse_numbers(std::string_view text) {
    values_.clear();
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
      while (at < end && is_blank(*at)) ++at;
      if (at == end) break;
      const char* const stop = std::find_if(at, end, is_blank);
      double value = 0;
      const char* const digits = *at == '+' ? at + 1 : at;
      const auto [rest, error] = std::from_chars(digits, stop, value);
      if (error != std::errc() || rest != stop || !std::isfinite(static_cast<float>(value))) {
        fail_line("'" + shown_text({at, static_cast<size_t>(stop - at)}) + "' is not a number");
      }
      values_.push_back(static_cast<float>(value));
      at = stop;
    }
  }

  const std::string& path_;
  WordVectorSink& sink_;
  WordVectorFile file_;
  std::string buffer_;
  size_t used_ = 0;  // of buffer_
  bool started_ = false, binary_ = false;
  int64_t usual_fields_ = 0;
  int64_t rows_ = -1;  // as the header says; -1: there is none
  int64_t line_ = 0;
  std::vector<float> values_;
};

}  // namespace

WordVectorFile read_word_vectors(const std::string& path, WordVectorSink& sink) {
  Parser parser(path, sink);
  const std::string sha256 = stream_bytes(path, [&](std::string_view piece) { parser.add(piece); });
  WordVectorFile file = parser.end();
  file.sha256 = sha256;
  return file;
}

}  // namespace fovea::data
