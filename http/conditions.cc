#include "http/conditions.h"

#include <string>

#include "http/numbers.h"

namespace groupy::http {
namespace {

using kvstore::ConditionKind;

Refusal malformed(std::string_view header, std::string_view why) {
  return {Code::malformed, std::string(header) + ' ' + std::string(why)};
}

// The header's one value; nothing if it is not there.
std::variant<std::optional<std::string_view>, Refusal> only_value(const Request& request,
                                                                  std::string_view header) {
  if (request.count(header) > 1) return malformed(header, "may be given once");
  return request.header(header);
}

// One tag, or "*". A weak tag compares equal for different bytes, and ours are never weak; of
// several tags none is known to be the one that is meant.
std::variant<std::optional<Known>, Refusal> tag_of(const Request& request,
                                                   std::string_view header) {
  const auto given = only_value(request, header);
  if (const auto* refusal = std::get_if<Refusal>(&given)) return *refusal;
  const auto value = std::get<std::optional<std::string_view>>(given);
  if (!value) return std::nullopt;
  if (*value == "*") return Known{true, {}};
  const bool is_quoted = value->size() > 2 && value->front() == '"' && value->back() == '"';
  const auto revision =
      is_quoted ? parse_decimal(value->substr(1, value->size() - 2)) : std::nullopt;
  if (!revision) return malformed(header, "takes * or one revision in quotes, as ETag gives it");
  return Known{false, kvstore::Revision{*revision}};
}

}  // namespace

std::variant<kvstore::Condition, Refusal> write_condition_of(const Request& request) {
  const auto match = tag_of(request, "If-Match");
  if (const auto* refusal = std::get_if<Refusal>(&match)) return *refusal;
  const auto none_match = tag_of(request, "If-None-Match");
  if (const auto* refusal = std::get_if<Refusal>(&none_match)) return *refusal;
  const auto& wanted = std::get<std::optional<Known>>(match);
  const auto& unwanted = std::get<std::optional<Known>>(none_match);
  if (wanted && unwanted) return malformed("If-Match", "does not go with If-None-Match");
  if (unwanted && !unwanted->is_any) return malformed("If-None-Match", "of a write takes *");
  if (unwanted) return kvstore::Condition{ConditionKind::absent, {}};
  if (!wanted) return kvstore::Condition{};
  if (wanted->is_any) return kvstore::Condition{ConditionKind::exists, {}};
  return kvstore::Condition{ConditionKind::revision_equals, wanted->revision};
}

std::variant<std::optional<Known>, Refusal> known_of(const Request& request) {
  return tag_of(request, "If-None-Match");
}

std::variant<std::optional<kvstore::RequestId>, Refusal> request_id_of(const Request& request) {
  constexpr std::string_view kHeader = "Idempotency-Key";
  constexpr std::string_view kSince = "since=";
  const auto given = only_value(request, kHeader);
  if (const auto* refusal = std::get_if<Refusal>(&given)) return *refusal;
  const auto value = std::get<std::optional<std::string_view>>(given);
  if (!value) return std::nullopt;
  const auto semicolon = value->find(';');
  kvstore::RequestId id{without_blanks_around(value->substr(0, semicolon)), std::nullopt};
  if (id.id.empty() || id.id.size() > kvstore::kRequestIdBytesMax) {
    return malformed(kHeader, "has 1 to " + std::to_string(kvstore::kRequestIdBytesMax) + " bytes");
  }
  if (semicolon == std::string_view::npos) return id;
  const std::string_view rest = without_blanks_around(value->substr(semicolon + 1));
  const auto since =
      rest.starts_with(kSince) ? parse_decimal(rest.substr(kSince.size())) : std::nullopt;
  if (!since) return malformed(kHeader, "has nothing behind ';' but since= and a sequence");
  id.since = gms::Sequence{*since};
  return id;
}

}  // namespace groupy::http
