#include "tests/http/fake_store.h"

#include <utility>

#include "kvstore/record.h"

namespace groupy::http {

using kvstore::Family;

FakeStore::FakeStore() {
  gms::View view;
  view.group = *gms::GroupId::from_bytes("0123456789abcdef");
  view.number = gms::ViewNumber{7};
  view.leader = gms::NodeId{2};
  view.reason = "leader 1 lost";
  for (std::uint32_t id = 1; id <= 2; ++id) {
    gms::ViewMember member;
    member.id = gms::NodeId{id};
    member.peer_address = "127.0.0.1:908" + std::to_string(id);
    member.http_address = "127.0.0.1:808" + std::to_string(id);
    view.members.push_back(member);
  }
  status_.node = gms::NodeId{1};
  status_.generation = 1;
  status_.view = std::make_shared<const gms::View>(view);
  status_.has_state = true;
}

void FakeStore::write(const kvstore::Command& command, std::chrono::milliseconds limit,
                      WriteDone done) {
  kvstore::Answer answer;
  {
    const std::lock_guard lock(mutex_);
    ++writes_;
    last_limit_ = limit;
    last_key_ = command.key;
    last_value_ = command.value;
    answer = apply(command);
    if (is_holding_) {
      held_.emplace_back(std::move(done), answer);
      held_changed_.notify_all();
      return;
    }
  }
  done(answer);
}

void FakeStore::put(const std::string& key, const std::string& value) {
  const std::lock_guard lock(mutex_);
  kvstore::Command command;
  command.key = key;
  command.value = value;
  apply(command);
}

kvstore::Outcome FakeStore::apply(const kvstore::Command& command) {
  sequence_ = sequence_.next();
  kvstore::Outcome outcome;
  outcome.sequence = sequence_;
  const auto row = rows_.get(Family::latest, command.key);
  const bool is_erase = command.operation == kvstore::Operation::erase;
  if (is_erase && !row) {
    outcome.verdict = kvstore::Verdict::nothing_there;
    outcome.revision = revision_;
    return outcome;
  }
  revision_ = revision_.next();
  outcome.revision = revision_;
  if (is_erase) {
    outcome.verdict = kvstore::Verdict::deleted;
    rows_.write({{Family::latest, std::string(command.key), std::nullopt}});
    return outcome;
  }
  kvstore::StoredRecord record;
  if (row) record = *kvstore::decode_record(*row);
  if (!row) record.metadata.create_revision = revision_;
  record.metadata.mod_revision = revision_;
  ++record.metadata.version;
  record.value = command.value;
  rows_.write({{Family::latest, std::string(command.key), kvstore::encode_record(record)}});
  outcome.verdict = row ? kvstore::Verdict::replaced : kvstore::Verdict::created;
  outcome.mod_revision = revision_;
  outcome.version = record.metadata.version;
  return outcome;
}

kvstore::StateDigest FakeStore::digest() const {
  kvstore::StateDigest digest;
  digest.sequence = sequence_;
  digest.revision = revision_;
  digest.hash = 0x0123456789abcdef;
  digest.colour.rgb = {1, 2, 255};
  return digest;
}

kvstore::SharedReadView FakeStore::read_view() const {
  const std::lock_guard lock(mutex_);
  if (!status_.has_state) return nullptr;
  return std::make_shared<const kvstore::ReadView>(digest(), status_.settings, rows_.snapshot());
}

void FakeStore::digest_at(gms::Sequence sequence, std::chrono::milliseconds limit,
                          DigestDone done) {
  kvstore::DigestAnswer answer = kvstore::NoDigest::not_reached;
  {
    const std::lock_guard lock(mutex_);
    last_limit_ = limit;
    if (sequence == sequence_) answer = digest();
    if (sequence < sequence_) answer = kvstore::NoDigest::forgotten;
  }
  done(answer);
}

kvstore::StoreStatus FakeStore::status() const {
  const std::lock_guard lock(mutex_);
  kvstore::StoreStatus status = status_;
  status.applied = digest();
  if (status.stable == gms::Sequence()) status.stable = sequence_;
  return status;
}

void FakeStore::set_status(const kvstore::StoreStatus& status) {
  const std::lock_guard lock(mutex_);
  status_ = status;
}

void FakeStore::hold() {
  const std::lock_guard lock(mutex_);
  is_holding_ = true;
}

void FakeStore::release(std::optional<kvstore::Failure> failure) {
  std::vector<std::pair<WriteDone, kvstore::Answer>> held;
  {
    const std::lock_guard lock(mutex_);
    is_holding_ = false;
    held.swap(held_);
  }
  for (auto& [done, answer] : held) done(failure ? kvstore::Answer(*failure) : answer);
}

bool FakeStore::wait_until_held(std::size_t count) {
  constexpr std::chrono::seconds kPatience{20};
  std::unique_lock lock(mutex_);
  return held_changed_.wait_for(lock, kPatience, [&] { return held_.size() >= count; });
}

std::size_t FakeStore::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

std::chrono::milliseconds FakeStore::last_limit() const {
  const std::lock_guard lock(mutex_);
  return last_limit_;
}

std::string FakeStore::last_key() const {
  const std::lock_guard lock(mutex_);
  return last_key_;
}

std::string FakeStore::last_value() const {
  const std::lock_guard lock(mutex_);
  return last_value_;
}

}  // namespace groupy::http
