#include "tasks/text/summary.h"

namespace fovea::tasks {

Json DataSummary::to_json() const {
  Json classes_json = Json::array();
  for (const ClassShare& share : classes) {
    classes_json.push_back(
        {{"label", share.label}, {"train", share.train}, {"valid", share.valid}, {"test", share.test}});
  }
  Json vectors_json;  // null where there are none
  if (!vectors.empty()) {
    vectors_json = {{"file", vectors},
                    {"kind", vectors_kind},
                    {"rows", vectors_rows},
                    {"size", vectors_size},
                    {"found", vectors_found},
                    {"found_folded", vectors_folded},
                    {"extra_words", vectors_extra},
                    {"share_of_words", vectors_words_share},
                    {"share_of_tokens", vectors_tokens_share},
                    {"frozen", vectors_frozen}};
  }
  return {{"files", files},
          {"layout", layout.describe()},
          {"layout_found_by", layout.why},
          {"unused_columns", unused_columns},
          {"rows", rows},
          {"train", train},
          {"valid", valid},
          {"test", test},
          {"classes", classes_json},
          {"small_classes", small_classes},
          {"length_median", length_median},
          {"length_p95", length_p95},
          {"length_max", length_max},
          {"empty_texts", empty_texts},
          {"bad_rows", bad_rows},
          {"bad_places", bad_places},
          {"bad_bytes", bad_bytes},
          {"bad_byte_places", bad_byte_places},
          {"repeated_texts", repeated_texts},
          {"conflicting_texts", conflicting_texts},
          {"repeated_across_parts", repeated_across_parts},
          {"cut_texts", cut_texts},
          {"cut_tokens", cut_tokens},
          {"max_tokens", max_tokens},
          {"markup_share", markup_share},
          {"markup", markup_stripped ? "strip" : "keep"},
          {"pieces", pieces},
          {"vocabulary", vocabulary},
          {"min_count", min_count},
          {"ngrams", ngrams},
          {"ngram_length", ngram_length},
          {"ngram_weights", ngram_weights},
          {"ngram_threshold", ngram_threshold},
          {"char_ngrams", char_ngrams},
          {"char_ngram_length", char_ngram_length},
          {"vectors", vectors_json},
          {"out_of_vocabulary_train", oov_train},
          {"out_of_vocabulary_valid", oov_valid},
          {"train_tokens", train_tokens},
          {"predicted_memory_bytes", predicted_memory}};
}

}  // namespace fovea::tasks
