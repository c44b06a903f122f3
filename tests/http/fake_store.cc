#include "tests/http/fake_store.h"

#include <utility>

namespace groupy::http {

constexpr std::chrono::seconds kPatience{20};

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
  status_.leader = view.leader;
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
  answer_readers();
}

void FakeStore::put(const std::string& key, const std::string& value) {
  {
    const std::lock_guard lock(mutex_);
    kvstore::Command command;
    command.key = key;
    command.value = value;
    apply(command);
  }
  answer_readers();
}

kvstore::Outcome FakeStore::apply(const kvstore::Command& command) {
  const gms::Sequence sequence = machine_.digest().sequence.next();
  const gms::Origin origin{*gms::DirectoryId::from_bytes(std::string(16, 'd')), gms::StartCount{1},
                           sequence.value()};
  const auto applied =
      machine_.apply(std::vector{gms::Delivery{sequence, origin, gms::Payload(encode(command))}});
  return std::get<std::vector<kvstore::Applied>>(applied).front().outcome;
}

kvstore::StateDigest FakeStore::digest() const {
  kvstore::StateDigest digest = machine_.digest();
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
    if (sequence == digest().sequence) answer = digest();
    if (sequence < digest().sequence) answer = kvstore::NoDigest::forgotten;
  }
  done(answer);
}

void FakeStore::reach(kvstore::Revision revision, std::chrono::milliseconds limit,
                      DigestDone done) {
  {
    const std::lock_guard lock(mutex_);
    last_limit_ = limit;
    readers_.emplace_back(revision, std::move(done));
    held_changed_.notify_all();
  }
  answer_readers();
}

void FakeStore::confirm(std::chrono::milliseconds limit, ConfirmDone done) {
  std::function<void()> before;
  kvstore::ConfirmAnswer answer;
  {
    const std::lock_guard lock(mutex_);
    last_limit_ = limit;
    before = before_confirming_;
    answer = confirm_answer_;
  }
  if (before) before();
  done(answer);
}

void FakeStore::set_confirming(std::function<void()> before, kvstore::ConfirmAnswer answer) {
  const std::lock_guard lock(mutex_);
  before_confirming_ = std::move(before);
  confirm_answer_ = answer;
}

void FakeStore::hand_over_lead(std::optional<gms::NodeId> to, LeadDone done) {
  kvstore::LeadAnswer answer;
  {
    const std::lock_guard lock(mutex_);
    successor_ = to;
    answer = lead_answer_;
  }
  done(answer);
}

void FakeStore::set_lead_answer(kvstore::LeadAnswer answer) {
  const std::lock_guard lock(mutex_);
  lead_answer_ = answer;
}

std::optional<gms::NodeId> FakeStore::successor() const {
  const std::lock_guard lock(mutex_);
  return successor_;
}

void FakeStore::answer_readers() {
  std::vector<DigestDone> reached;
  kvstore::StateDigest now;
  {
    const std::lock_guard lock(mutex_);
    now = digest();
    std::erase_if(readers_, [&](auto& reader) {
      if (reader.first > now.revision) return false;
      reached.push_back(std::move(reader.second));
      return true;
    });
  }
  for (const DigestDone& done : reached) done(now);
}

bool FakeStore::wait_until_awaited() {
  std::unique_lock lock(mutex_);
  return held_changed_.wait_for(lock, kPatience, [&] { return !readers_.empty(); });
}

kvstore::StoreStatus FakeStore::status() const {
  const std::lock_guard lock(mutex_);
  kvstore::StoreStatus status = status_;
  status.applied = digest();
  if (status.stable == gms::Sequence()) status.stable = status.applied.sequence;
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
