// The verbs of the program, a file each. They return the exit code, or throw.
#pragma once

#include "base/errors.h"
#include "cli/options.h"

namespace fovea::cli {

ExitCode run_train(const TrainCommand& command);
ExitCode run_test(const TestCommand& command);
ExitCode run_predict(const PredictCommand& command);
ExitCode run_explain(const ExplainCommand& command);
ExitCode run_audit(const AuditCommand& command);
ExitCode run_align(const AlignCommand& command);
ExitCode run_info(const InfoCommand& command);
ExitCode run_demo(const DemoCommand& command);
ExitCode run_compare(const CompareCommand& command);
ExitCode run_tune(const TuneCommand& command);

}  // namespace fovea::cli
