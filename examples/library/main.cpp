// Trains, tests, predicts and audits with Fovea as a library.
//   library DATA MODEL    DATA: labelled texts (CSV, TSV, JSONL or __label__ lines); MODEL: the folder to write
#include <cstdio>
#include <string>

#include <fovea/fovea.h>

using namespace fovea;

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: library DATA MODEL\n"), 64;
  try {
    flows::use_machine(0);  // every core

    // Every option of `fovea train` is a field of the plan or of its settings; those of words go by their names.
    flows::TrainPlan plan(tasks::kind_named("text"));
    plan.settings->files().paths = {argv[1]};
    plan.out = argv[2];
    plan.force = true;
    flows::settle(plan, flows::Place::kFolder);

    flows::TrainEvents events;
    events.evaluated = [](const flows::TrainPlan&, const train::EvaluationLine& line) {
      std::printf("epoch %.0f: validation %.3f\n", line.epoch, line.validation.at("accuracy"));
    };
    const flows::TrainOutcome outcome = flows::train(plan, events);
    if (outcome.test) std::printf("test: %.3f\n", outcome.test->score("accuracy").value());

    // A model answers from several threads at once; every answer comes with its weights.
    const flows::OpenModel open = flows::open_model(plan.out);
    const std::string text = "the acting was never bad";
    const auto inputs = open.model->take({&text, 1});
    for (const auto& answer : open.model->answer(*inputs, 0, 1, {})) {
      std::printf("%s\n", answer->json({}).dump().c_str());
    }

    const audit::Result audit = flows::audit(open, {.source = {.paths = {argv[1]}, .table = {}}, .limit = 50}, {});
    std::printf("audit: %s\n", std::string(audit::grade_name(audit.verdict.grade)).c_str());
    return 0;
  } catch (const UserError& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.remedy().c_str());
    return static_cast<int>(error.code());
  }
}
