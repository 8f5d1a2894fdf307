// Models that are damaged, missing or something else, and places that cannot be written; and texts, labels and names
// that try to be more than text.
#include <fstream>

#include "base/files.h"
#include "base/json.h"
#include "cli/mistakes.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Models : public Mistakes {
 protected:
  static std::string at(const std::string& name) { return inputs_->file(name); }

  static std::string copy_of_model(const std::string& name) {
    fs::copy(at("model"), at(name));
    return at(name) + "/";
  }

  static void put(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }

  // A file of the model with `from` replaced by `to`.
  static void alter(const std::string& path, const std::string& from, const std::string& to) {
    std::string content = read_file(path);
    const size_t found = content.find(from);
    ASSERT_NE(found, std::string::npos) << path;
    put(path, content.replace(found, from.size(), to));
  }
};

class ModelsSlow : public Models {};

TEST_F(Models, DamagedOrNone) {
  const std::string cut = copy_of_model("cut") + "weights.safetensors";
  put(cut, read_file(cut).substr(0, 500));
  const std::string flipped = copy_of_model("flipped") + "weights.safetensors";
  std::string bytes = read_file(flipped);
  bytes[bytes.size() - 3] = static_cast<char>(bytes[bytes.size() - 3] ^ 1);
  put(flipped, bytes);
  fs::remove(copy_of_model("weightless") + "weights.safetensors");
  fs::remove(copy_of_model("listless") + "manifest.json");
  put(copy_of_model("torn") + "manifest.json", "{\"format\": 1,");
  alter(copy_of_model("newer") + "manifest.json", "\"format\": 1", "\"format\": 99");
  alter(copy_of_model("relabelled") + "config.json", "\"good\"", "\"evil\"");
  alter(copy_of_model("escaping") + "manifest.json", "\"vocab.txt\"", "\"../vocab.txt\"");
  alter(copy_of_model("reworded") + "vocab.txt", "visit", "tisiv");
  fs::create_directory(at("bare"));
  expect_told({
      {{"predict", "cut", "a b"}, 65, {"cut/weights.safetensors: is truncated: it has 500 bytes, manifest.json says"}},
      {{"predict", "flipped", "a b"}, 65, {"flipped/weights.safetensors: is altered: its SHA-256 is not the one"}},
      {{"test", "flipped", "ok.txt"}, 65, {"flipped/weights.safetensors: is altered"}},
      {{"explain", "flipped", "--text", "a b"}, 65, {"flipped/weights.safetensors: is altered"}},
      {{"info", "flipped"}, 65, {"flipped/weights.safetensors: is altered", "Copy the model again"}},
      {{"predict", "weightless", "a b"}, 65, {"weightless/weights.safetensors: is missing"}},
      {{"predict", "listless", "a b"}, 66, {"listless: is not a Fovea model: manifest.json is missing"}},
      {{"predict", "torn", "a b"}, 65, {"torn/manifest.json: is damaged: is not JSON"}},
      {{"predict", "newer", "a b"}, 65, {"newer/manifest.json: has format 99", "Use a newer Fovea"}},
      {{"predict", "relabelled", "a b"}, 65, {"relabelled/config.json: is altered"}},
      {{"predict", "escaping", "a b"}, 65, {"escaping/manifest.json: names a file", "not a plain name"}},
      {{"predict", "reworded", "a b"}, 65, {"reworded/vocab.txt: is altered"}},
      {{"predict", "none", "a b"}, 66, {"none: no such model"}},
      {{"predict", "ok.txt", "a b"}, 66, {"ok.txt: is a file, not the folder of a model"}},
      {{"predict", "bare", "a b"}, 66, {"bare: is not a Fovea model"}},
      {{"predict", "", "a b"}, 66, {"the name of the model: leads nowhere"}},
      {{"predict", "evil\x1b[31m", "a b"}, 66, {"no such model"}},
  });
}

// The manifest says what the files are, so that only their content is wrong.
void make_manifest_good(const std::string& model) {
  Json manifest = Json::parse(read_file(model + "manifest.json"));
  for (auto& [name, entry] : manifest.at("files").items()) {
    const std::string content = read_file(model + name);
    entry = {{"bytes", content.size()}, {"sha256", sha256(content)}};
  }
  std::ofstream(model + "manifest.json", std::ios::binary) << to_pretty(manifest);
}

TEST_F(ModelsSlow, HostileJsonIsRefusedInWords) {
  const auto model_with = [](const std::string& name, const std::string& file, const std::string& content) {
    const std::string folder = copy_of_model(name);
    put(folder + file, content);
    make_manifest_good(folder);
  };
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string file : {"config", "metrics"}) {
    const Json whole = Json::parse(read_file(at("model/" + file + ".json")));
    for (const auto& [key, value] : whole.items()) {
      Json rest = whole;
      rest.erase(key);
      std::string text = to_line(rest);
      text.pop_back();
      const std::string name = file + "-" + key;
      model_with(name, file + ".json", text + ",\"" + key + "\":" + deep + "}");
      expect_told({{{"info", name}, 65, {name + "/" + file + ".json: is damaged: is nested too deeply"}}});
      if (file == "config") {
        expect_told({{{"predict", name, "a b"}, 65, {name + "/config.json: is damaged: is nested too deeply"}}});
      }
    }
  }
  const std::string metrics = read_file(at("model/metrics.json"));
  model_with("braceless", "metrics.json", metrics.substr(0, metrics.rfind('}')));
  model_with("bytes", "metrics.json", "{\"training\": \"\xff\"}");
  model_with("list", "metrics.json", "[]");
  model_with("number", "metrics.json", "{\"training\": 1e999, \"test\": null}");
  model_with("wordless", "metrics.json", "{\"training\": {\"steps\": \"many\"}, \"test\": null}");
  model_with("less", "metrics.json", "{\"test\": null}");
  expect_told({
      {{"info", "braceless"}, 65, {"braceless/metrics.json: is damaged: is not JSON (byte"}},
      {{"info", "bytes"}, 65, {"bytes/metrics.json: is damaged: is not JSON (byte 15)"}},
      {{"info", "list"}, 65, {"list/metrics.json: is damaged: is not a JSON object"}},
      {{"info", "number"}, 65, {"number/metrics.json: is damaged: is not JSON"}},
      {{"info", "wordless"}, 65, {"wordless/metrics.json: type must be number, but is string"}},
      {{"info", "less"}, 65, {"less/metrics.json: key 'training' not found"}},
  });
}

TEST_F(ModelsSlow, PathsThatLeadNowhere) {
  expect_told({
      {{"predict", "model", "reviews.txt"}, 66, {"reviews.txt: no such file", "give it so: echo"}},
      {{"predict", "model", "./reviews"}, 66, {"./reviews: no such file"}},
      {{"predict", "model", "/none/reviews"}, 66, {"/none/reviews: no such file"}},
      {{"predict", "model", "model"}, 66, {"model: is a folder, not a file"}},
      {{"explain", "model", "reviews.tsv"}, 66, {"reviews.tsv: no such file"}},
      {{"test", "model", "reviews"}, 66, {"reviews: no such file"}},
      {{"test", "model", "ok.txt", "none"}, 66, {"none: no such file"}},
  });
}

TEST_F(Models, PlacesThatCannotBeWritten) {
  fs::create_directory(at("mine"));
  write("mine/notes", "not to be lost");
  expect_told({
      {{"train", "ok.txt", "--out", "model"}, 74, {"model: exists already", "--force"}},
      {{"train", "ok.txt", "--out", "mine"}, 74, {"mine: is a folder that is not a Fovea model", "never replaced"}},
      {{"train", "ok.txt", "--out", "mine", "--force"}, 74, {"mine: is a folder that is not a Fovea model"}},
      {{"train", "ok.txt", "--out", "ok.txt", "--force"}, 74, {"ok.txt: exists and is not a folder"}},
      {{"train", "ok.txt", "--out", "ok.txt/m"}, 74, {"ok.txt/m.partial: cannot be made: Not a directory"}},
      {{"train", "ok.txt", "--out", "/proc/m"}, 74, {"/proc/m.partial: cannot be made"}},
      {{"train", "ok.txt", "--out", "."}, 74, {"is a folder that is not a Fovea model"}},
      {{"explain", "model", "--text", "a b", "--html", "none/x.html"},
       74,
       {"none/x.html: cannot write: No such file or directory"}},
      {{"explain", "model", "--text", "a b", "--html", "mine"}, 74, {"mine: cannot write: it is a folder"}},
      {{"explain", "model", "--text", "a b", "--json-out", "none/x.json"}, 74, {"none/x.json: cannot write"}},
      {{"test", "model", "ok.txt", "--json-out", "none/x.json"}, 74, {"none/x.json: cannot write"}},
      {{"demo", "--out", "mine"}, 74, {"mine: is there already and was not made by fovea demo"}},
  });
  EXPECT_EQ(read_file(at("mine/notes")), "not to be lost");
}

TEST_F(Models, AFullDiskIsTold) {
  const Outcome outcome =
      run_program({"sh", "-c", std::string(FOVEA_PROGRAM) + " test model ok.txt > /dev/full"}, "", at(""));
  EXPECT_EQ(outcome.exit_code, 74);
  EXPECT_THAT(outcome.err, HasSubstr("standard output: cannot write: No space left on device"));
}

TEST_F(Models, TextsAndLabelsStayText) {
  std::string lines;
  for (int i = 0; i < 20; ++i) {
    lines += "__label__<b>../x\x1b[31m" + std::to_string(i % 2) + " evil \x1b]0;title\x07 <script>alert(1)</script> " +
             std::to_string(i) + "\n";
  }
  const std::string data = write("escapes.txt", lines), model = at("escapes");
  const Outcome trained = run_fovea(join({{"train", data, "--out", model, "--max-epochs", "1"}, kTinySizes}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const std::string text = "an \x1b[31mevil\nfilm\r </script> " + std::string("\xE2\x80\xAE") + "text";
  std::string seen = trained.out + trained.err;
  for (const std::vector<std::string>& way :
       std::vector<std::vector<std::string>>{{}, {"--fasttext"}, {"--explain"}, {"--top", "2"}, {"--json"}}) {
    const Outcome predicted = run_fovea(join({{"predict", model, text}, way}));
    EXPECT_EQ(predicted.exit_code, 0) << predicted.err;
    EXPECT_EQ(lines_of(predicted.out).size(), 1u) << "a newline in the text must not make a second line";
    seen += predicted.out + predicted.err;
  }
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"test", model, data},
                                                                     {"test", model, data, "--json"},
                                                                     {"explain", model, "--text", text, "--steps"},
                                                                     {"explain", model, data},
                                                                     {"info", model}}) {
    const Outcome outcome = run_fovea(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    seen += outcome.out + outcome.err;
  }
  EXPECT_EQ(seen.find('\x1b'), std::string::npos);
  EXPECT_EQ(seen.find('\x07'), std::string::npos);

  const std::string page = at("escapes.html");
  ASSERT_EQ(run_fovea({"explain", model, data, "--html", page}).exit_code, 0);
  const std::string html = read_file(page);
  EXPECT_EQ(html.find("<script>alert"), std::string::npos);
  EXPECT_EQ(html.find("<b>.."), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace fovea::test
