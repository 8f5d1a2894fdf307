#include "cli/arguments/help.h"

#include "cli/console.h"

namespace fovea::cli {
namespace {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    constexpr size_t kLeft = 28;
    constexpr int kWidth = 80;
    std::string left = "  " + make_option_name(option, is_positional) + value_word(*option, is_positional);
    std::string right = make_option_desc(option);
    const std::string usual = option->get_default_str();
    if (!is_positional && option->get_expected_min() > 0 && !usual.empty() && usual != "\"\"" && usual != "[]") {
      right += " (" + usual + ")";
    }
    left += left.size() + 2 > kLeft ? "\n" + std::string(kLeft, ' ') : std::string(kLeft - left.size(), ' ');
    return left + fold_words(right, kWidth, kLeft) + "\n";
  }

 private:
  static std::string value_word(const CLI::Option& option, bool is_positional) {
    if (is_positional || option.get_expected_min() == 0) return "";
    const std::string type = option.get_type_name();
    if (type.rfind("FLOAT", 0) == 0) return " X";
    if (type.rfind("INT", 0) == 0 || type.rfind("UINT", 0) == 0) return " N";
    return type.rfind("TEXT", 0) == 0 ? " WORD" : " " + type.substr(0, type.find(':'));
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() {
  return std::make_shared<HelpFormatter>();
}

}  // namespace fovea::cli
