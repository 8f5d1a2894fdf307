// What every page is put together with.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

namespace fovea::draw {

// Any bytes as text of a page, safe in an attribute's double quotes too.
std::string text_for_html(std::string_view text);

// 'sha256-…' as a content policy names an inline block.
std::string policy_hash(std::string_view block);

// `page` with every {{name}} replaced in one pass: what is put in is not looked at again.
std::string filled_page(std::string_view page, const std::unordered_map<std::string_view, std::string_view>& values);

}  // namespace fovea::draw
