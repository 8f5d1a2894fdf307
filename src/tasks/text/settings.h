// All options of a text classifier as one value.
#pragma once

#include <memory>
#include <string>

#include "tasks/kind.h"
#include "tasks/text/data.h"
#include "tasks/text/loss.h"
#include "tasks/text/options.h"

namespace fovea::tasks {

struct TextSettings final : Settings {
  TextDataOptions data;
  TextModelOptions model;
  TextLossOptions loss;

  std::unique_ptr<Settings> clone() const override { return std::make_unique<TextSettings>(*this); }
  DataFiles& files() override { return data; }
  void visit(options::Visitor& visitor) override;
  void as_before_late_options() override {
    data.ngrams.folds = data.ngrams.letters = 0;
    model.look = Look::kPlain;
  }
  void read_written() override;
  void settle(const options::Given& given) override;
  std::optional<std::string> adopt(const Model& start, const options::Given& given) override;
  void choose_best(const options::Given& given) override;
  std::string usual_metric() const override;
  Json reading() const override;
  Json loading() const override;
  bool is_decided(std::string_view option) const override;
  SettingList preset_settings() const override;
  std::string architecture() const override { return model.describe(); }
  std::optional<std::string> why_no_second_reading() const override;
  // Without weights there are neither several looks nor a scorer; all else is as it was.
  void make_even() override;
  void drop_little() override;
};

// These settings as a text's; what is not is a bug of ours.
TextSettings& as_text(Settings& settings);
const TextSettings& as_text(const Settings& settings);

}  // namespace fovea::tasks
