#include "data/vocab/spellings.h"

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::data {
namespace {

TEST(Spellings, NumberFormsBelowZeroInTheOrderTheyCome) {
  Spellings spellings;
  EXPECT_EQ(spellings.number("one"), -1);
  EXPECT_EQ(spellings.number("two"), -2);
  EXPECT_EQ(spellings.number("one"), -1);
  EXPECT_EQ(spellings.size(), 2);
  EXPECT_EQ(spellings.form(-2), "two");
  EXPECT_THROW(spellings.form(-3), InternalError);
  EXPECT_THROW(spellings.form(0), InternalError);
}

TEST(Spellings, AreForWordsThatTheVocabularyLacks) {
  VocabularyBuilder builder;
  builder.add("known", 2);
  const Vocabulary vocabulary = builder.build({});
  Spellings spellings;
  EXPECT_EQ(number_of("known", vocabulary, &spellings), 1);
  EXPECT_EQ(number_of("strange", vocabulary, &spellings), -1);
  EXPECT_EQ(number_of("strange", vocabulary, nullptr), Vocabulary::kUnknown);
  EXPECT_EQ(spellings.size(), 1);
}

}  // namespace
}  // namespace fovea::data
