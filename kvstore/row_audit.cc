#include "kvstore/row_audit.h"

#include <algorithm>
#include <utility>

#include "kvstore/history_row.h"
#include "kvstore/record.h"

namespace groupy::kvstore {

void RowAudit::find_damage(std::string why) {
  if (!damage_) damage_ = Damage{std::move(why)};
}

void RowAudit::add(Family family, std::string_view key, std::string_view value) {
  switch (family) {
    case Family::meta:
      return add_meta(key, value);
    case Family::latest:
      return add_latest(key, value);
    case Family::history:
      return add_history(key, value);
  }
}

void RowAudit::add_meta(std::string_view key, std::string_view value) {
  const auto row = decode_meta_row(key, value);
  if (!row) return find_damage("a row of family meta is damaged or of a newer format");
  if (const auto* state = std::get_if<StateRow>(&*row)) {
    state_ = *state;
  } else if (std::holds_alternative<GroupSettings>(*row)) {
    has_settings_ = true;
    sum_.add(settings_term(value));
  } else if (const auto* request = std::get_if<NamedRequestRow>(&*row)) {
    sum_.add(request_term(request->id, value));
    const gms::Sequence sequence = request->row.outcome.sequence;
    oldest_request_ = std::min(oldest_request_.value_or(sequence), sequence);
    newest_request_ = std::max(newest_request_, sequence);
  } else if (std::holds_alternative<ImportingRow>(*row)) {
    find_damage("the import of a state did not end");
  }
}

// The term is computed from what the row says, and must be the one that the row says.
void RowAudit::add_record(std::string_view key, const StoredRecord& record) {
  const KeyMetadata& metadata = record.metadata;
  if (metadata.hash_term != key_term(key, record.value, metadata)) {
    return find_damage("a record does not match its hash term");
  }
  if (metadata.version == 0 || metadata.create_revision == Revision{} ||
      metadata.create_revision > metadata.mod_revision) {
    return find_damage("a record's revisions or version cannot be");
  }
  highest_ = std::max(highest_, metadata.mod_revision);
}

void RowAudit::add_latest(std::string_view key, std::string_view value) {
  const auto record = decode_record(value);
  if (!record || key.empty()) {
    return find_damage("a row of family latest is damaged or of a newer format");
  }
  add_record(key, *record);
  sum_.add(key_term(key, record->value, record->metadata));
}

void RowAudit::add_history(std::string_view key, std::string_view value) {
  const auto place = decode_history_place(key);
  const auto row = decode_history_row(value);
  if (!place || !row || row->key.empty()) {
    return find_damage("a row of family history is damaged or of a newer format");
  }
  highest_ = std::max(highest_, place->revision);
  if (!row->record) return;
  if (row->record->metadata.mod_revision != place->revision) {
    return find_damage("a history row lies at another revision than its record's");
  }
  add_record(row->key, *row->record);
}

std::variant<StateDigest, Damage> RowAudit::finish() const {
  if (damage_) return *damage_;
  if (!state_ || !has_settings_) return Damage{"the state row or the settings row is missing"};
  if (highest_ > state_->revision) return Damage{"a row is newer than the state"};
  if (newest_request_ > state_->applied ||
      (oldest_request_ && *oldest_request_ <= state_->request_floor)) {
    return Damage{"a request is remembered that is forgotten or still to come"};
  }
  if (state_->hash_sum != sum_.value()) {
    return Damage{"the rows' hash is not the one that the state tells"};
  }
  return StateDigest{state_->applied, state_->revision,
                     sum_.hash(state_->revision, state_->request_floor), state_->colour};
}

std::variant<StateDigest, Damage> audit(const StorageSnapshot& rows) {
  RowAudit audit;
  for (const Family family : {Family::meta, Family::latest, Family::history}) {
    rows.scan(family, {}, [&](std::string_view key, std::string_view value) {
      audit.add(family, key, value);
      return true;
    });
  }
  return audit.finish();
}

}  // namespace groupy::kvstore
