#include "attribution/subject.h"

#include <gtest/gtest.h>

#include "tasks/text/priors.h"

namespace fovea::attribution {
namespace {

TEST(Nouns, StandInThePlaceOfTheirNames) {
  const Nouns nouns = {"region", "regions", "picture", "pictures", "grey"};
  EXPECT_EQ(nouns.in("{Parts} of a {input} are masked: {blank} stands in the {part}'s place."),
            "Regions of a picture are masked: grey stands in the region's place.");
  EXPECT_EQ(nouns.in("{Inputs} and {Input}, {Part}"), "Pictures and Picture, Region");
  EXPECT_EQ(nouns.in(""), "");
}

TEST(Nouns, OtherBracesStay) {
  const Nouns nouns = {"word", "words", "text", "texts", "the unknown word"};
  EXPECT_EQ(nouns.in("{"), "{");
  EXPECT_EQ(nouns.in("a {label} of {a {part}"), "a {label} of {a word");
  EXPECT_EQ(nouns.in("{part"), "{part");
  EXPECT_EQ(nouns.in("}{parts}{"), "}words{");
}

TEST(Methods, AreFoundByTheirNames) {
  for (const MethodFacts& facts : kMethods) {
    EXPECT_EQ(&facts_of(facts.method), &facts);
    EXPECT_EQ(find_text_method(facts.name)->method, facts.method);
  }
  EXPECT_EQ(find_text_method("lime"), nullptr);
  EXPECT_EQ(find_text_method("position")->method, Method::kPrior);
  EXPECT_EQ(text_methods().back().name, "frequency");
}

}  // namespace
}  // namespace fovea::attribution
