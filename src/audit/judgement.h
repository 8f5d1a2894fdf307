// From what an audit has measured to what its verdict is decided by.
#pragma once

#include "audit/audit.h"
#include "audit/slices.h"

namespace fovea::audit {

// `erasure`: of the model itself, or of the twin that was trained with masks. What only the standard depth measures is
// taken from `result` where it is there.
Evidence evidence_of(const Result& result, const AuditTexts& texts, const ErasureTexts& erasure);

SliceTexts slice_texts(const AuditTexts& texts, const ErasureTexts& erasure, const Material& material);

}  // namespace fovea::audit
