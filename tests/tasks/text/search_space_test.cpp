#include "tasks/text/search_space.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace fovea::tasks {
namespace {

TEST(TextSearchSpace, ScheduleComesFirstAndNoOptionTwice) {
  EXPECT_EQ(text_search_space().stages.front().name, "optimizer");
  for (const Stage& stage : text_search_space().stages)
    EXPECT_LT(stage.name.size(), 15U) << "the table has no more room";
  EXPECT_EQ(text_search_space().stages[1].name, "learning rate");
  std::set<std::string> options;
  for (const Stage& stage : text_search_space().stages) {
    for (const Dimension& dimension : stage.dimensions) EXPECT_TRUE(options.insert(dimension.option).second);
  }
}

// What is beside the range of a dimension is searched before it.
TEST(TextSearchSpace, RangesDependOnWhatIsChosenBefore) {
  std::set<std::string> before;
  int depending = 0;
  for (const Stage& stage : text_search_space().stages) {
    for (const Dimension& dimension : stage.dimensions) {
      if (dimension.beside.option.empty()) continue;
      ++depending;
      EXPECT_TRUE(before.contains(dimension.beside.option + "=" + dimension.beside.value)) << dimension.option;
    }
    for (const Dimension& dimension : stage.dimensions) {
      for (const std::string& choice : dimension.choices) before.insert(dimension.option + "=" + choice);
    }
  }
  EXPECT_EQ(depending, 1) << "the learning rate beside SGD";
}

TEST(TextSearchSpace, SmallerSettingsAreLargestFirst) {
  std::vector<int> sizes;
  for (const SettingList& settings : text_search_space().smaller) {
    EXPECT_EQ(settings.front().option, "embedding-size");
    sizes.push_back(std::stoi(settings.front().value));
  }
  EXPECT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend()));
  EXPECT_GT(sizes.size(), 2U);
}

}  // namespace
}  // namespace fovea::tasks
