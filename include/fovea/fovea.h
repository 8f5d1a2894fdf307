// All of Fovea that a program of one's own needs: plans of trainings, models, answers, audits, comparisons, searches.
// Nothing here prints, and no tensor is seen. examples/library/ shows it at work.
#pragma once

#include "base/errors.h"
#include "flows/auditing.h"
#include "flows/compare.h"
#include "flows/explaining.h"
#include "flows/machine.h"
#include "flows/plan.h"
#include "flows/settings.h"
#include "flows/training.h"
#include "flows/tune.h"
#include "flows/using.h"
#include "flows/variants.h"
#include "tasks/kinds.h"
