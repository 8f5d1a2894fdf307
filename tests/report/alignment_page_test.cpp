// The page of translations: its data, and what lights up in a browser when something on it is pointed at.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "report/page.h"
#include "support/browser.h"

namespace fovea::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

PageFacts translation_facts() {
  PageFacts facts;
  facts.title = "test.en, test.de";
  facts.model_line = "BiLSTM 256+256, LSTM 512, additive attention · seed 1";
  facts.model_path = "model";
  facts.version = "0.1.0";
  facts.texts_in_file = 3;
  facts.seen_in_training = 1;
  facts.attention = "additive";
  facts.nouns = {"word", "words", "sentence", "sentences", "no word"};
  return facts;
}

PageItem translated(const draw::Alignment& picture, const std::string& text, const std::string& reference,
                    double score) {
  PageItem item{.headline = {.ranking = {{text, .6}}, .truth = {}, .reference = reference, .notes = {}},
                .picture = picture};
  item.headline.score = {"sentence BLEU", score};
  return item;
}

std::vector<PageItem> three_sentences() {
  const draw::Alignment german = {.source = {"A", "<b>dog</b>", "barks", "(end)"},
                                  .target = {"Ein", "Hund", "bellt"},
                                  .weights = {.7, .1, .05, .15, .04, .9, .04, .02, .1, .2, .3, .4},
                                  .links = {{0, 0}, {1, 1}},
                                  .looked = true,
                                  .ends = true};
  const draw::Alignment hebrew = {.source = {"a", "house", "(end)"},
                                  .target = {"בית"},
                                  .weights = {.1, .8, .1},
                                  .links = {{1, 0}},
                                  .looked = true,
                                  .ends = true};
  const draw::Alignment chinese = {.source = {"a", "cat", "(end)"},
                                   .target = {"一只", "猫"},
                                   .weights = {.6, .3, .1, .1, .85, .05},
                                   .links = {{0, 0}, {1, 1}},
                                   .looked = true,
                                   .ends = true,
                                   .glued_target = {1}};
  return {translated(german, "Ein Hund bellt", "Der Hund bellt", 42.25), translated(hebrew, "בית", "בית", 100),
          translated(chinese, "一只猫", "猫", 12.5)};
}

Json data_in(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const size_t start = page.find(open) + open.size();
  return Json::parse(page.substr(start, page.find("</script>", start) - start));
}

TEST(AlignmentPage, HasBothTextsWeightsLinksAndScores) {
  const std::string page = answers_page(three_sentences(), {}, translation_facts());
  const Json first = data_in(page)["answers"][0];
  EXPECT_EQ(first["alignment"]["source"][1], "<b>dog</b>");
  EXPECT_EQ(first["alignment"]["links"], Json::parse("[[0, 0], [1, 1]]"));
  EXPECT_EQ(first["alignment"]["weights"][5], .9);
  EXPECT_EQ(first["reference"], "Der Hund bellt");
  EXPECT_EQ(first["same"], false);
  EXPECT_EQ(first["score"], Json::parse(R"(["sentence BLEU", 42.25])"));
  EXPECT_EQ(data_in(page)["answers"][1]["same"], true);
  EXPECT_EQ(data_in(page)["answers"][2]["gaps"][0], "a cat (end) 一只猫");  // what can be looked for
  EXPECT_THAT(page, Not(HasSubstr("{{")));
  EXPECT_THAT(page, Not(HasSubstr("<b>dog</b>")));
}

TEST(AlignmentPage, SaysNothingOfLabels) {
  const std::string page = answers_page(three_sentences(), {}, translation_facts());
  EXPECT_THAT(page, HasSubstr("over the words of the source and its end, they sum to 100 %"));
  EXPECT_THAT(page, HasSubstr("speaks against the answer"));
  EXPECT_THAT(page, HasSubstr("has learnt from their translations"));
  EXPECT_THAT(page, Not(HasSubstr("from their labels")));
}

// What is lit after each gesture, and what the tip says.
constexpr const char* kGestures = R"(
addEventListener('load', () => {
  const article = document.querySelector('article'), tip = document.getElementById('tip');
  const words = (side) => [...article.querySelectorAll('.pair .' + side + ' .word')];
  const over = (what) => what.dispatchEvent(new PointerEvent('pointerover', {bubbles: true, pointerType: 'mouse'}));
  const out = (what) => what.dispatchEvent(new PointerEvent('pointerout', {bubbles: true, pointerType: 'mouse'}));
  const key = (name) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: name, bubbles: true}));
  const texts = (of) => of.map((one) => one.textContent);
  const lit = () => ({
    lit: texts([...article.querySelectorAll('.word.lit')].filter((word) => Number(word.style.getPropertyValue('--lit')) > 0)),
    linked: texts([...article.querySelectorAll('.word.linked')]), pointed: texts([...article.querySelectorAll('.word.pointed')]),
    names: texts([...article.querySelectorAll('.part.pointed')]), on: article.classList.contains('on'),
    tip: tip.classList.contains('on') ? tip.textContent : '', focus: document.activeElement.textContent.slice(0, 20),
  });
  const said = {};
  over(words('target')[1]); said.target = lit();
  out(words('target')[1]); said.left = lit();
  over(words('source')[0]); said.source = lit();
  over(article.querySelectorAll('.cell')[4 * 2 + 3]); said.cell = lit();
  const frame = article.querySelector('svg .pointer'), cell = article.querySelectorAll('.cell')[4 * 2 + 3];
  said.framed = frame.getAttribute('x') < cell.getAttribute('x') && Number(frame.getAttribute('width')) < 2 * Number(cell.getAttribute('width'));
  words('source')[1].focus(); said.focused = lit();
  key('ArrowDown'); said.down = lit();
  key('ArrowRight'); said.right = lit();
  key('ArrowUp'); said.up = lit();
  key('Escape'); said.escaped = lit();
  const order = document.getElementById('order');
  said.orders = [...order.options].map((one) => one.textContent);
  order.value = 'worst'; order.dispatchEvent(new Event('change'));
  said.worst = [...document.querySelectorAll('#list .pair .target')].map((one) => one.textContent);
  said.directions = [...document.querySelectorAll('#list .pair .target')].map((one) => one.dir);
  said.dots = document.querySelectorAll('#list .link').length;
  said.references = [...document.querySelectorAll('#list .reference')].map((one) => one.textContent);
  said.needs = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  parent.postMessage(JSON.stringify(said), '*');
});
)";

TEST(AlignmentPage, LightsUpWhatBelongsTogether) {
  const std::string browser = test::installed_browser();
  if (browser.empty()) GTEST_SKIP() << "needs chromium";
  const test::Scratch scratch;
  scratch.write("page.html", test::with_script(answers_page(three_sentences(), {}, translation_facts()), kGestures));
  for (const int width : {1280, 400}) {
    SCOPED_TRACE(width);
    const Json said = test::told_by_page(browser, scratch, width, width == 400);
    ASSERT_TRUE(said.is_object());
    // Printed as text of the document, so a "<" is "&lt;".
    EXPECT_THAT(said["target"]["lit"], ElementsAre("&lt;b&gt;dog&lt;/b&gt;"));
    EXPECT_THAT(said["target"]["linked"], ElementsAre("&lt;b&gt;dog&lt;/b&gt;"));
    EXPECT_THAT(said["target"]["pointed"], ElementsAre("Hund"));
    EXPECT_THAT(said["target"]["names"], ElementsAre("Hund"));
    EXPECT_EQ(said["target"]["tip"],
              "Hund: linked to &lt;b&gt;dog&lt;/b&gt; · looked at &lt;b&gt;dog&lt;/b&gt; .90, A .04, barks .04 · "
              "entropy 0.31 of even");
    EXPECT_EQ(said["left"]["on"], false);
    EXPECT_THAT(said["left"]["lit"], ElementsAre());
    EXPECT_THAT(said["source"]["lit"], ElementsAre("Ein"));
    EXPECT_EQ(said["source"]["tip"], "A: linked to Ein · got 0.84 in all: Ein .70, bellt .10, Hund .04");
    EXPECT_THAT(said["cell"]["pointed"], ElementsAre("bellt"));
    EXPECT_THAT(said["cell"]["names"], ElementsAre("(end)", "bellt"));
    EXPECT_EQ(said["cell"]["tip"], "bellt ← (end): 0.400 · 1.6 × even");
    EXPECT_EQ(said["framed"], true);
    EXPECT_THAT(said["focused"]["linked"], ElementsAre("Hund"));
    EXPECT_EQ(said["down"]["focus"], "Hund");
    EXPECT_EQ(said["right"]["focus"], "bellt");
    EXPECT_THAT(said["right"]["linked"], ElementsAre());
    EXPECT_EQ(said["up"]["focus"], "barks") << "the largest weight on a word, not that of the end";
    EXPECT_EQ(said["escaped"]["on"], false);
    EXPECT_THAT(said["orders"], ElementsAre("file order", "lowest sentence BLEU first", "least probable first",
                                            "most even weights first"));
    EXPECT_THAT(said["worst"], ElementsAre("一只猫", "Ein Hund bellt", "בית"));
    EXPECT_THAT(said["directions"], ElementsAre("ltr", "ltr", "rtl"));
    EXPECT_EQ(said["dots"], 5);
    EXPECT_THAT(said["references"], ElementsAre("猫", "Der Hund bellt", "the same"));
    EXPECT_LE(said["needs"], 0) << "the page scrolls sideways";
  }
}

TEST(AlignmentPage, WritesAPageToLookAt) {
  const std::filesystem::path folder = std::filesystem::path(FOVEA_BINARY_DIR) / "pages";
  std::filesystem::create_directories(folder);
  write_file(folder / "translations.html", answers_page(three_sentences(), {}, translation_facts()));
}

}  // namespace
}  // namespace fovea::report
