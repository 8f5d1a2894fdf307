// Uncompresses gzip that arrives in pieces: several members one after the other, zero padding at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <zlib.h>

namespace fovea::data {

inline constexpr std::string_view kGzipMagic = "\x1f\x8b";

// Appends to `*out`. Throws UserError (kBadData), naming `path`, for data that is cut off, altered or followed by
// something else.
class GunzipStream {
 public:
  GunzipStream(std::string path, std::string* out);
  ~GunzipStream();
  GunzipStream(const GunzipStream&) = delete;
  GunzipStream& operator=(const GunzipStream&) = delete;

  void add(std::string_view compressed);
  void end();  // throws where the last member is not complete

 private:
  void inflate_piece(std::string_view* compressed);

  std::string path_;
  std::string* out_;
  std::string window_;
  z_stream stream_{};
  int64_t members_ = 0;   // complete ones
  bool started_ = false;  // z_stream is set up
  bool inside_ = true;    // a member is being read
};

}  // namespace fovea::data
