#include "http/api_list.h"

#include <nlohmann/json.hpp>

#include "http/cursor.h"
#include "http/json_bytes.h"
#include "http/numbers.h"
#include "http/record_json.h"

namespace groupy::http {
namespace {

struct ListQuery {
  std::string prefix;
  std::optional<Cursor> cursor;
  std::size_t limit = kListItemsDefault;
  bool is_keys_only = false;
  Consistency consistency = Consistency::local;
};

std::optional<Refusal> read_limit(const Incoming& incoming, ListQuery& query) {
  const std::string* text = find_parameter(incoming.parameters, "limit");
  if (text == nullptr) return std::nullopt;
  const auto limit = parse_decimal(*text);
  if (!limit || *limit < 1 || *limit > kListItemsMax) {
    return Refusal{Code::bad_parameter,
                   "limit must be a whole number from 1 to " + std::to_string(kListItemsMax)};
  }
  query.limit = static_cast<std::size_t>(*limit);
  return std::nullopt;
}

std::optional<Refusal> read_cursor(const Incoming& incoming, ListQuery& query) {
  const std::string* text = find_parameter(incoming.parameters, "cursor");
  if (text == nullptr) return std::nullopt;
  query.cursor = decode_cursor(*text);
  if (query.cursor && query.cursor->last_key.starts_with(query.prefix)) return std::nullopt;
  return Refusal{Code::bad_parameter, "cursor must be the 'next' of an answer for this prefix"};
}

std::variant<ListQuery, Refusal> read_query(const Incoming& incoming) {
  ListQuery query;
  if (const std::string* prefix = find_parameter(incoming.parameters, "prefix")) {
    query.prefix = *prefix;
  }
  const std::uint64_t key_max = incoming.status.settings.key_bytes_max;
  if (query.prefix.size() > key_max) {
    return Refusal{Code::key_too_long,
                   "a prefix has at most " + std::to_string(key_max) + " bytes"};
  }
  if (auto refusal = read_limit(incoming, query)) return *std::move(refusal);
  if (auto refusal = read_cursor(incoming, query)) return *std::move(refusal);
  auto keys_only = switch_of(incoming, "keys_only");
  if (auto* refusal = std::get_if<Refusal>(&keys_only)) return std::move(*refusal);
  query.is_keys_only = std::get<bool>(keys_only);
  auto consistency = consistency_of(incoming);
  if (auto* refusal = std::get_if<Refusal>(&consistency)) return std::move(*refusal);
  query.consistency = std::get<Consistency>(consistency);
  return query;
}

Answer render_page(const kvstore::ListPage& page, kvstore::Revision revision, Shown shown) {
  nlohmann::ordered_json json;
  json["items"] = nlohmann::ordered_json::array();
  for (const kvstore::ListItem& item : page.items) {
    json["items"].push_back(to_json(item.key, item.record, shown));
  }
  json["revision"] = revision.value();
  json["next"] = nullptr;
  if (page.more && !page.items.empty()) {
    json["next"] = encode_cursor({revision, page.items.back().key});
  }
  Answer answer;
  answer.body = to_line(json);
  return answer;
}

}  // namespace

Step list_keys(const Incoming& incoming) {
  const auto read = read_query(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&read)) return render(*refusal);
  const auto& query = std::get<ListQuery>(read);
  const auto view = incoming.store.read_view();
  if (view == nullptr) return make_problem(Code::not_ready, "this replica has no state yet");
  const kvstore::StateDigest& digest = view->digest();
  if (auto wait = wait_before_reading(incoming, query.consistency, digest.revision)) {
    return *std::move(wait);
  }
  // Going on at a replica that is behind the first page's would show keys that are gone already.
  if (query.cursor && query.cursor->revision > digest.revision) {
    return make_problem(Code::not_ready, "this replica has not reached the cursor's revision yet");
  }

  kvstore::ListRequest request;
  request.prefix = query.prefix;
  if (query.cursor) request.after = query.cursor->last_key;
  request.limit = query.limit;
  request.keys_only = query.is_keys_only;
  const kvstore::ListPage page = view->list(request);
  Answer answer = render_page(page, digest.revision,
                              query.is_keys_only ? Shown::key_only : Shown::key_and_value);
  answer.set_sequence(digest.sequence);
  answer.set(kConsistencyHeader, name_of(query.consistency));
  return answer;
}

}  // namespace groupy::http
