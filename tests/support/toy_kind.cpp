#include "support/toy_kind.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <sstream>
#include <utility>

#include <ATen/core/grad_mode.h>

#include "attribution/differentiable.h"
#include "base/files.h"
#include "base/random.h"
#include "base/text.h"
#include "metrics/measures.h"
#include "nn/attention/pooling.h"
#include "nn/heads/linear.h"
#include "ops/aten.h"
#include "tasks/kinds.h"
#include "tasks/labelled.h"
#include "tasks/plain_network.h"
#include "tasks/tables.h"
#include "tasks/task.h"

namespace fovea::test {
namespace {

using attribution::numbers_of;
using data::Part;
using tasks::row_in;
using Numbers = std::vector<double>;

const std::vector<std::string> kLabels = {"minus", "plus"};
constexpr metrics::Measure kMeasures[] = {metrics::kAccuracy, metrics::kLoss};

struct ToySettings final : tasks::Settings {
  tasks::DataFiles data;
  int64_t width = 8;

  std::unique_ptr<Settings> clone() const override { return std::make_unique<ToySettings>(*this); }
  tasks::DataFiles& files() override { return data; }
  void visit(options::Visitor& visitor) override {
    tasks::visit_data(data, visitor);
    visitor.inside("model", [&] {
      visitor.whole({.name = "width",
                     .says = "Width of the score; 0: every number weighs the same",
                     .part = options::Part::kModel},
                    width, {0, 64});
    });
  }
  void settle(const options::Given& given) override {
    if (given.contains("quantize")) throw options::CannotApply("quantize", "the network has a few numbers only");
  }
  std::string architecture() const override { return "toy of width " + std::to_string(width); }
  void make_even() override { width = 0; }
};

int64_t width_in(const tasks::Settings& settings) {
  return static_cast<const ToySettings&>(settings).width;
}

struct Row {
  explicit Row(const data::Row& row) : identity(data::text_identity(row.text)) {
    std::istringstream in(row.text);
    for (double number = 0; in >> number;) numbers.push_back(number);
    const auto known = std::find(kLabels.begin(), kLabels.end(), row.label);
    if (known != kLabels.end()) label = known - kLabels.begin();
  }
  int64_t size() const { return std::ssize(numbers); }
  uint64_t identity;
  Numbers numbers;
  int64_t label = -1;  // -1: none in the file
};
using ToyData = tasks::RowData<Row>;

// A number is a row of the memory, its size and its sign; attention has to find the largest.
struct ToyNetwork final : nn::Module {
  static nn::PoolingOptions attention_of(int64_t width) {
    const nn::PoolingKind kind = width ? nn::PoolingKind::kAdditive : nn::PoolingKind::kMean;
    return {.kind = kind, .memory_size = 2, .attention_size = width};
  }
  ToyNetwork(int64_t wide, nn::Seed seed)
      : width(wide),
        attention(register_module("attention", nn::Pooling(attention_of(wide), seed))),
        head(register_module("head", nn::LinearHead(nn::LinearHeadOptions{.input_size = 2, .class_count = 2}, seed))) {}

  static at::Tensor memory(std::span<const Numbers> rows) {  // [N, 2]
    std::vector<float> values;
    for (const Numbers& row : rows) {
      for (const double x : row) values.insert(values.end(), {float(std::abs(x) / 10), x < 0 ? -1.0f : 1.0f});
    }
    return at::tensor(values).reshape({std::ssize(values) / 2, 2});
  }
  std::pair<at::Tensor, nn::Pooled> forward(std::span<const Numbers> rows) {  // logits [B, 2]
    std::vector<int64_t> offsets = {0};
    for (const Numbers& row : rows) offsets.push_back(offsets.back() + std::ssize(row));
    nn::Pooled pooled = attention->forward(memory(rows), at::tensor(offsets, at::kLong));
    return {head->forward(pooled.context, {}), std::move(pooled)};
  }
  int64_t width;
  nn::Pooling attention;
  nn::LinearHead head;
};
using Network = std::shared_ptr<ToyNetwork>;

struct ToyModel final : tasks::LabelledModel {
  explicit ToyModel(Network of) : network(std::move(of)) {}
  const tasks::Kind& kind() const override { return toy_kind(); }
  tasks::ModelFacts facts() const override {
    return {.architecture = "toy",
            .parameters = tasks::parameters_of(*network),
            .attention = network->width ? "additive" : "mean",
            .why_no_weights = network->width ? "" : "every number weighs the same",
            .knows = "",
            .told = {},
            .own = {}};
  }
  std::unique_ptr<tasks::Inputs> read(const tasks::InputSource& source) const override {
    return tasks::read_rows<Row>(source);
  }
  std::unique_ptr<tasks::Inputs> take(std::span<const std::string> lines) const override {
    return tasks::take_rows<Row>(lines);
  }
  std::vector<std::string> classes() const override { return kLabels; }
  int64_t truth(const tasks::Inputs& inputs, int64_t i) const override { return row_in<Row>(inputs, i).label; }
  int64_t parts(const tasks::Inputs& inputs, int64_t i) const override { return row_in<Row>(inputs, i).size(); }
  uint64_t identity(const tasks::Inputs& inputs, int64_t i) const override { return row_in<Row>(inputs, i).identity; }
  bool can(attribution::Erased how) const override { return how == attribution::Erased::kDeleted; }
  draw::Picture picture(const tasks::Inputs& inputs, int64_t i, const attribution::Weights& weights) const override {
    draw::ShadedWords words{.words = {}, .weights = weights, .gaps = {}};
    for (const double number : row_in<Row>(inputs, i).numbers) words.words.push_back(fixed(number, 1));
    words.gaps.assign(words.words.size() + 1, " ");
    return words;
  }
  std::vector<attribution::Reading> readings(const tasks::Inputs& inputs,
                                             std::span<const attribution::Question> questions) const override {
    std::vector<Numbers> left;
    std::vector<int64_t> lengths;
    for (const attribution::Question& question : questions) {
      Numbers numbers = row_in<Row>(inputs, question.input).numbers;
      for (const int64_t gone : std::views::reverse(question.gone)) numbers.erase(numbers.begin() + gone);
      lengths.push_back(std::ssize(numbers));
      left.push_back(std::move(numbers));
    }
    const at::NoGradGuard guard;
    const auto [logits, pooled] = network->forward(left);
    return tasks::readings_of(logits, pooled, lengths);
  }
  std::vector<std::vector<double>> logits_under(const tasks::Inputs& inputs, int64_t i,
                                                std::span<const attribution::Looks> variants) const override {
    const at::NoGradGuard guard;
    const at::Tensor memory = ToyNetwork::memory({&row_in<Row>(inputs, i).numbers, 1});
    std::vector<std::vector<double>> all;
    for (const attribution::Looks& looks : variants) {
      const at::Tensor weights = at::tensor(looks.front()).to(at::kFloat).unsqueeze(0);
      all.push_back(numbers_of(network->head->forward(at::mm(weights, memory), {})));
    }
    return all;
  }
  Network network;
};

// What a training lowers, and what it comes to.
struct ToyWork final : tasks::Work, tasks::Task {
  ToyWork(const ToyData& of, int64_t wide, uint64_t seed)
      : data(of), network(std::make_shared<ToyNetwork>(wide, seed)) {}
  nn::Module& module() override { return *network; }
  std::span<const metrics::Measure> measures() const override { return kMeasures; }
  std::string cost_unit() const override { return "numbers"; }
  std::vector<int64_t> train_lengths() const override {
    std::vector<int64_t> lengths;
    for (int64_t i = 0; i < data.rows(Part::kTrain); ++i) lengths.push_back(data.part(Part::kTrain)[i].size());
    return lengths;
  }
  at::Tensor loss(std::span<const int64_t> examples, const tasks::Step&) override {
    std::vector<Numbers> numbers;
    std::vector<int64_t> labels;
    for (const int64_t i : examples) {
      numbers.push_back(data.part(Part::kTrain)[i].numbers);
      labels.push_back(data.part(Part::kTrain)[i].label);
    }
    return at::nll_loss(at::log_softmax(network->forward(numbers).first, 1), at::tensor(labels, at::kLong));
  }
  std::map<std::string, double> validate() override {
    if (data.rows(Part::kValid) == 0) return {};
    const auto result = model()->test(data.part(Part::kValid), {});
    return {{"accuracy", result->score("accuracy").value()}, {"loss", result->score("loss").value()}};
  }
  tasks::Task& task() override { return *this; }
  int64_t parameters() const override { return tasks::parameters_of(*network); }
  checkpoint::Files files(Json config) const override { return tasks::plain_files(toy_kind(), config, *network); }
  std::shared_ptr<const tasks::Model> model() const override { return std::make_shared<ToyModel>(network); }
  const ToyData& data;
  Network network;
};

struct ToyKind final : tasks::Kind {
  std::string_view name() const override { return "toy"; }
  std::string_view says() const override { return "Find the number farthest from 0"; }
  tasks::Nouns nouns() const override { return {"number", "numbers", "row", "rows", "nothing"}; }
  std::span<const metrics::Measure> measures() const override { return kMeasures; }
  std::unique_ptr<tasks::Settings> settings() const override { return std::make_unique<ToySettings>(); }
  const tasks::SearchSpace& search_space() const override {
    static const tasks::SearchSpace kAll = {{{"width", {{.option = "width", .choices = {"4", "16"}}}}}, {}};
    return kAll;
  }
  const char* lacks(std::string_view option) const override { return option == "init" ? "toys begin anew" : ""; }
  std::unique_ptr<tasks::Data> load(const tasks::Settings& settings, const tasks::Start*) const override {
    return std::make_unique<ToyData>(settings.files(), data::TableOptions());
  }
  std::unique_ptr<tasks::Work> work(const tasks::Settings& settings, const tasks::Data& data,
                                    const tasks::WorkOptions& options) const override {
    return std::make_unique<ToyWork>(static_cast<const ToyData&>(data), width_in(settings), options.seed);
  }
  std::shared_ptr<const tasks::Model> open(const checkpoint::Files& files, const std::string& name) const override {
    const tasks::AnySettings settings = tasks::settings_of(*this, files, name);
    const auto network = std::make_shared<ToyNetwork>(width_in(*settings), std::nullopt);
    tasks::fill_plain(*network, files, name);
    return std::make_shared<ToyModel>(network);
  }
};

}  // namespace

const tasks::Kind& toy_kind() {
  static const ToyKind kKind;
  [[maybe_unused]] static const bool kAdded = (tasks::add_kind(kKind), true);
  return kKind;
}

void write_toy_rows(const std::filesystem::path& place, int64_t rows, uint64_t seed) {
  const uint64_t base = stream_base({seed, Purpose::kTest});
  uint64_t drawn = 0;
  std::string text;
  for (int64_t i = 0; i < rows; ++i) {
    const uint64_t count = 2 + uniform_below(base, drawn++, 8), farthest = uniform_below(base, drawn++, count);
    std::string label, numbers;
    for (uint64_t n = 0; n < count; ++n) {
      const double size = 4 * uniform(base, drawn++) + (n == farthest ? 6 : 0);
      const bool plus = uniform_below(base, drawn++, 2) == 1;
      if (n == farthest) label = kLabels[plus ? 1 : 0];
      numbers += (n == 0 ? "" : " ") + fixed(plus ? size : -size, 1);
    }
    text += label + "\t" + numbers + "\n";
  }
  write_file(place, text);
}

}  // namespace fovea::test
