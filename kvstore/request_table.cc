#include "kvstore/request_table.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"

namespace groupy::kvstore {

RequestTable::RequestTable(std::vector<Loaded> rows, gms::Sequence floor) : floor_(floor) {
  std::ranges::sort(rows, {}, [](const Loaded& loaded) { return loaded.row.outcome.sequence; });
  for (Loaded& loaded : rows) {
    const auto [at, is_new] = rows_.emplace(std::move(loaded.id), loaded.row);
    GROUPY_CHECK(is_new, "a storage has one row for a request id");
    oldest_first_.push_back(&*at);
  }
}

RequestTable::Lookup RequestTable::look_up(const RequestId& request,
                                           std::uint64_t fingerprint) const {
  const auto at = rows_.find(std::string(request.id));
  if (at != rows_.end()) {
    if (at->second.fingerprint != fingerprint) return RequestStanding::mismatch;
    return at->second.outcome;
  }
  // A first try comes behind what the client had seen before it. If everything forgotten is not
  // behind that, the first try is not among it.
  if (request.since && *request.since < floor_) return RequestStanding::window_passed;
  return RequestStanding::fresh;
}

void RequestTable::forget_older(gms::Sequence now, std::uint64_t window, Sink sink) {
  while (!oldest_first_.empty()) {
    const gms::Sequence oldest = oldest_first_.front()->second.outcome.sequence;
    if (now.value() - oldest.value() <= window) return;
    forget_oldest(sink);
  }
}

void RequestTable::remember(std::string_view id, const RequestRow& row, std::uint64_t keys_max,
                            Sink sink) {
  GROUPY_CHECK(
      oldest_first_.empty() || oldest_first_.back()->second.outcome.sequence < row.outcome.sequence,
      "requests are remembered in the order of their sequences");
  const auto [at, is_new] = rows_.emplace(id, row);
  GROUPY_CHECK(is_new, "a request is remembered once");
  oldest_first_.push_back(&*at);
  std::string encoded = encode_request_row(row);
  sink.sum.add(request_term(id, encoded));
  sink.rows.push_back({Family::meta, request_row_key(id), std::move(encoded)});
  while (rows_.size() > keys_max) forget_oldest(sink);
}

void RequestTable::forget_oldest(Sink sink) {
  const auto& [id, row] = *oldest_first_.front();
  floor_ = row.outcome.sequence;
  sink.sum.remove(request_term(id, encode_request_row(row)));
  sink.rows.push_back({Family::meta, request_row_key(id), std::nullopt});
  oldest_first_.pop_front();
  rows_.erase(rows_.find(id));
}

}  // namespace groupy::kvstore
