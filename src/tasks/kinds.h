// The kinds of task that there are: the one list.
#pragma once

#include <span>
#include <string_view>

#include "checkpoint/files.h"
#include "tasks/kind.h"

namespace fovea::tasks {

// The first is what `fovea train` means where no kind is named.
std::span<const Kind* const> kinds();

// Throws UserError (kUsage) that lists what there is.
const Kind& kind_named(std::string_view name);

// Of a model, by its config.json. Throws UserError (kBadData), beginning with `name`.
const Kind& kind_of(const checkpoint::Files& files, const std::string& name);

// Adds a kind that is not built in, for as long as the program runs; `kind` must outlive it. Before any other thread
// asks.
void add_kind(const Kind& kind);

}  // namespace fovea::tasks
