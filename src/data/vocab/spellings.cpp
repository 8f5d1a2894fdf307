#include "data/vocab/spellings.h"

#include "base/errors.h"

namespace fovea::data {

int32_t Spellings::number(std::string_view form) {
  const auto next = static_cast<int32_t>(-size() - 1);
  const auto [entry, fresh] = numbers_.try_emplace(std::string(form), next);
  if (fresh) forms_.emplace_back(form);
  return entry->second;
}

const std::string& Spellings::form(int32_t number) const {
  FOVEA_CHECK(number < 0 && -static_cast<int64_t>(number) <= size(), number, size());
  return forms_[static_cast<size_t>(-(number + 1))];
}

int32_t number_of(std::string_view form, const Vocabulary& vocabulary, Spellings* spellings) {
  const int32_t id = vocabulary.id(form);
  return id == Vocabulary::kUnknown && spellings ? spellings->number(form) : id;
}

}  // namespace fovea::data
