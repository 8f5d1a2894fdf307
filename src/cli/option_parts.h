// What the options of several verbs have in common.
#pragma once

#include <array>
#include <string>

#include "cli/options.h"

namespace fovea::cli {

inline constexpr options::Range kLabelsShown = {1, 10000};

// Of every verb; `json_file`: --json-out among them.
void visit(CommonOptions& common, options::Visitor& visitor, bool json_file = true);
void visit_model(std::string& model, options::Visitor& visitor, bool required);
void visit_abstain(double& abstain, options::Visitor& visitor, const char* more);
void visit_page(std::string& html, options::Visitor& visitor, options::Part part, const char* says, const char* more);
// says: of --out in --help and in the documents, then of --force.
void visit_folder(std::string& out, bool& force, options::Visitor& visitor, const std::array<const char*, 4>& says);

}  // namespace fovea::cli
