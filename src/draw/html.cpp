#include "draw/html.h"

#include <vector>

#include <openssl/evp.h>

#include "base/errors.h"
#include "base/files.h"
#include "draw/terminal.h"

namespace fovea::draw {

std::string text_for_html(std::string_view text) {
  std::string out;
  for (const char c : safe_text(text)) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string policy_hash(std::string_view block) {
  const std::string hex = sha256(block);
  std::vector<unsigned char> digest;
  for (size_t at = 0; at < hex.size(); at += 2) {
    digest.push_back(static_cast<unsigned char>(std::stoi(hex.substr(at, 2), nullptr, 16)));
  }
  std::string base64(4 * ((digest.size() + 2) / 3) + 1, '\0');
  base64.resize(static_cast<size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), digest.data(),
                                                    static_cast<int>(digest.size()))));
  return "'sha256-" + base64 + "'";
}

std::string filled_page(std::string_view page, const std::unordered_map<std::string_view, std::string_view>& values) {
  std::string out;
  size_t at = 0;
  for (size_t open = page.find("{{"); open != std::string_view::npos; open = page.find("{{", at)) {
    const size_t close = page.find("}}", open);
    FOVEA_CHECK(close != std::string_view::npos, open);
    const auto value = values.find(page.substr(open + 2, close - open - 2));
    FOVEA_CHECK(value != values.end(), page.substr(open, close - open));
    out += page.substr(at, open - at);
    out += value->second;
    at = close + 2;
  }
  return out += page.substr(at);
}

}  // namespace fovea::draw
