// The picture that a reader is shown first: the weights, or what another method says of all inputs or of those whose
// weights are nearly even. It is graded beside the weights by the same rule, since it is what people believe or not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audit/audit.h"
#include "audit/judgement.h"
#include "audit/result.h"

namespace fovea::audit {

inline constexpr const char* kFirstPictureMap = "first picture";

// Adds that picture to `maps`, at the end: kFirst, then of kFirstPrior what it must be above in the place of maps of
// the same name, which are made for the weights. Nothing where the weights are shown of every input, or where another
// map is audited in their place.
void add_first_picture(const GivenMaps& given, const Answers& answers, std::vector<Map>& maps);

// How many maps are no part of it: those that tables have a row of.
size_t maps_told(const std::vector<Map>& maps);

// Its number among `maps`; none where the weights are shown of every input.
std::optional<size_t> first_picture_among(const std::vector<Map>& maps);

// What it is judged by: `whole` with what is measured of it in place of what is measured of the weights; without what
// only the standard depth measures. No evidence where the weights are shown of every input.
struct FirstEvidence {
  std::optional<Evidence> evidence;
  AuditValues::Beyond beyond;
  Number odds;  // FirstPicture::odds
};
FirstEvidence evidence_of_first(const Evidence& whole, const Subject& subject, const AuditValues& values,
                                const ErasureValues& erasure, const AuditInput& input, const Rows& graded,
                                uint64_t seed);

// What the audit says of it; without evidence of it it is the weights, and `result` has their verdict.
FirstPicture judged_first(const FirstEvidence& evidence, const Result& result, const AuditValues& values,
                          const ErasureValues& erasure);

}  // namespace fovea::audit
