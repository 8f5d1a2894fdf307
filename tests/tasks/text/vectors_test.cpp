#include "tasks/text/vectors.h"

#include <cmath>

#include <gtest/gtest.h>

#include "ops/aten.h"
#include "tasks/text/fixture.h"

namespace fovea::tasks {
namespace {

using test::Scratch;

struct Vectors {
  data::Vocabulary vocabulary;
  data::Pretrained vectors;
  Vectors() {
    for (const char* word : {"the", "film", "was", "dull", "and", "long"}) vocabulary.append(word, 3);
    const Scratch scratch;
    const std::string film = "film", long_word = "long", the = "the";
    vectors = data::read_pretrained({.path = scratch.write("v", "film 3 -3\nlong 0.5 4\nother 9 9\n")},
                                    {&the, &film, &long_word}, true);
  }
};

TEST(StartFromVectors, WordsOfTheFileHaveTheirsAndOthersTheSameSpread) {
  const Vectors made;
  at::Tensor table = at::zeros({made.vocabulary.size(), 2});
  start_from_vectors(table, made.vocabulary, made.vectors, 7);
  EXPECT_TRUE(at::equal(table[made.vocabulary.id("film")], at::tensor({3.0F, -3.0F})));
  EXPECT_TRUE(at::equal(table[made.vocabulary.id("long")], at::tensor({0.5F, 4.0F})));
  const double bound = std::sqrt(3 * (9 + 9 + 0.25 + 16) / 4);
  for (const char* word : {"the", "was", "dull", "and"}) {
    const at::Tensor row = table[made.vocabulary.id(word)];
    EXPECT_GT(row.abs().min().item<double>(), 0) << word;
    EXPECT_LE(row.abs().max().item<double>(), bound) << word;
  }
  EXPECT_GT(table[0].abs().max().item<double>(), 0) << "the unknown word";

  at::Tensor again = at::zeros_like(table), other = at::zeros_like(table);
  start_from_vectors(again, made.vocabulary, made.vectors, 7);
  start_from_vectors(other, made.vocabulary, made.vectors, 8);
  EXPECT_TRUE(at::equal(again, table));
  EXPECT_FALSE(at::equal(other, table));
}

TEST(RowsWithVectors, AreThoseOfTheFile) {
  const Vectors made;
  const at::Tensor rows = rows_with_vectors(made.vocabulary, made.vectors);
  for (int32_t id = 0; id < made.vocabulary.size(); ++id) {
    const std::string& word = made.vocabulary.form(id);
    EXPECT_EQ(rows[id].item<bool>(), word == "film" || word == "long") << word;
  }
}

TEST(EmbeddingTables, OneOfEveryMember) {
  const Scratch scratch;
  const TextData data = load_text_data(test::review_options(scratch, 60));
  TextModelOptions options = test::tiny_model();
  const TextModelSizes sizes{data.vocabulary.size(), 2, data.ngrams.width()};
  EXPECT_EQ(embedding_tables(*TextModel(options, sizes, 5)).size(), 1U);
  options.members = 3;
  const std::vector<at::Tensor> tables = embedding_tables(*TextModel(options, sizes, 5));
  ASSERT_EQ(tables.size(), 3U);
  for (const at::Tensor& table : tables) {
    EXPECT_EQ(table.sizes(), (at::IntArrayRef{data.vocabulary.size(), options.embedding_size}));
  }
}

}  // namespace
}  // namespace fovea::tasks
