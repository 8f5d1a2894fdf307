#include "data/readers/gzip.h"

#include "base/errors.h"
#include "data/readers/messages.h"

namespace fovea::data {
namespace {

constexpr int kGzipOnly = 15 + 16;  // zlib: the largest window, gzip wrapper alone
constexpr size_t kWindowBytes = size_t{1} << 18;

std::string check_advice(const std::string& path) {
  return "Copy or download the file again" + (path == "-" ? "." : "; `gzip -t " + shown_path(path) + "` checks it.");
}

}  // namespace

GunzipStream::GunzipStream(std::string path, std::string* out) : path_(std::move(path)), out_(out) {}

GunzipStream::~GunzipStream() {
  if (started_) inflateEnd(&stream_);
}

void GunzipStream::add(std::string_view compressed) {
  if (!started_) {
    FOVEA_CHECK(inflateInit2(&stream_, kGzipOnly) == Z_OK);
    started_ = true;
    window_.resize(kWindowBytes);
  }
  while (!compressed.empty()) {
    if (!inside_) {
      const size_t padding = compressed.find_first_not_of('\0');
      if (padding == std::string_view::npos) return;
      compressed.remove_prefix(padding);
      FOVEA_CHECK(inflateReset(&stream_) == Z_OK);
      inside_ = true;
    }
    inflate_piece(&compressed);
  }
}

void GunzipStream::inflate_piece(std::string_view* compressed) {
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed->data()));
  stream_.avail_in = static_cast<uInt>(compressed->size());
  while (inside_ && (stream_.avail_in > 0 || stream_.avail_out == 0)) {
    stream_.next_out = reinterpret_cast<Bytef*>(window_.data());
    stream_.avail_out = static_cast<uInt>(window_.size());
    const int state = inflate(&stream_, Z_NO_FLUSH);
    out_->append(window_.data(), window_.size() - stream_.avail_out);
    if (state == Z_STREAM_END) {
      inside_ = false;
      ++members_;
    } else if (state == Z_BUF_ERROR) {
      break;  // wants more input
    } else if (state != Z_OK) {
      const std::string reason = stream_.msg ? stream_.msg : "unknown reason";
      if (members_ > 0 && stream_.total_out == 0) {
        throw UserError(ExitCode::kBadData, shown_path(path_) + ": bytes that are not gzip follow the gzip data",
                        check_advice(path_));
      }
      throw UserError(ExitCode::kBadData, shown_path(path_) + ": the gzip data is damaged (" + reason + ")",
                      check_advice(path_));
    }
  }
  *compressed = compressed->substr(compressed->size() - stream_.avail_in);
  if (inside_) *compressed = {};
}

void GunzipStream::end() {
  if (!inside_) return;
  throw UserError(
      ExitCode::kBadData,
      shown_path(path_) + ": the gzip data ends too early, after " + std::to_string(out_->size()) + " bytes of text",
      check_advice(path_));
}

}  // namespace fovea::data
