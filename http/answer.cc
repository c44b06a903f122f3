#include "http/answer.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace groupy::http {
namespace {

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void append(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  head += value;
  head += "\r\n";
}

}  // namespace

const std::string* Answer::find(std::string_view name) const {
  for (const auto& [candidate, value] : headers) {
    if (candidate == name) return &value;
  }
  return nullptr;
}

std::string render_head(const Answer& answer, const HeadOptions& options) {
  std::string head;
  head.reserve(512);
  head += "HTTP/1.1 ";
  head += std::to_string(answer.status);
  head += ' ';
  head += reason_of(answer.status);
  head += "\r\n";
  append(head, "Date", options.date);
  if (answer.status != kNotModified) {  // it is about a body that is elsewhere
    append(head, "Content-Type", answer.content_type);
    append(head, "Content-Length", std::to_string(answer.body.size()));
  }
  append(head, "X-Content-Type-Options", "nosniff");
  append(head, "Cache-Control", "no-store");
  for (const auto& [name, value] : answer.headers) append(head, name, value);
  if (!options.is_kept) {
    append(head, "Connection", "close");
  } else if (options.is_http_1_0) {
    append(head, "Connection", "keep-alive");
  }
  head += "\r\n";
  return head;
}

std::string http_date(std::int64_t unix_seconds) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                kMonths[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
  return text.data();
}

std::string_view CurrentDate::text() {
  const std::int64_t now = std::time(nullptr);
  if (now != second_) {
    second_ = now;
    text_ = http_date(now);
  }
  return text_;
}

}  // namespace groupy::http
