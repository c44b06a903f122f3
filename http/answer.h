// An answer before it becomes bytes, and how it becomes bytes.
//
// Header values are ours or were checked: nothing a client sent gets here with a line end in it.
// Thread: values.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gms/ids.h"
#include "kvstore/command.h"

namespace groupy::http {

constexpr std::string_view kJsonType = "application/json";
constexpr std::string_view kProblemType = "application/problem+json";
constexpr std::string_view kBytesType = "application/octet-stream";
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

constexpr std::string_view kSequenceHeader = "X-Groupy-Sequence";
constexpr std::string_view kConsistencyHeader = "X-Groupy-Consistency";

constexpr unsigned kNotModified = 304;  // never has a body

struct Answer {
  unsigned status = 200;
  std::string_view content_type = kJsonType;                      // one of those above
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are literals
  std::string body;
  bool closes = false;  // the connection cannot be used after it

  void set(std::string_view name, std::string value) {
    headers.emplace_back(name, std::move(value));
  }
  void set_sequence(gms::Sequence sequence) {
    set(kSequenceHeader, std::to_string(sequence.value()));
  }
  // The key's mod_revision; "0" stands for absent.
  void set_etag(kvstore::Revision mod_revision) {
    set("ETag", '"' + std::to_string(mod_revision.value()) + '"');
  }
  // Null if the header is not there.
  const std::string* find(std::string_view name) const;
};

struct HeadOptions {
  bool is_kept = true;       // the connection, after this answer
  bool is_http_1_0 = false;  // of the request
  std::string_view date;     // as http_date() gives it
};

// Status line and headers, to the empty line; Content-Length is that of the body, also if the
// body is not sent (HEAD).
std::string render_head(const Answer& answer, const HeadOptions& options);

// "Tue, 15 Nov 1994 08:12:31 GMT", of seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

// The same of now, rendered once a second.
class CurrentDate {
 public:
  // Lives until the next call.
  std::string_view text();

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

}  // namespace groupy::http
