#include "kvstore/state_machine.h"

#include <tuple>
#include <utility>

#include "gms/check.h"
#include "kvstore/fingerprint.h"

namespace groupy::kvstore {

namespace {

bool holds(const Condition& condition, const std::optional<KeyMetadata>& current) {
  switch (condition.kind) {
    case ConditionKind::none:
      return true;
    case ConditionKind::exists:
      return current.has_value();
    case ConditionKind::absent:
      return !current.has_value();
    case ConditionKind::revision_equals:
      return condition.revision == (current ? current->mod_revision : Revision{});
  }
  GROUPY_CHECK(false, "decode_command lets known conditions pass only");
  return false;
}

// What makes a repeat the same request: everything but its name.
std::uint64_t fingerprint_of_request(Command command) {
  command.request.reset();
  return fingerprint(encode(command));
}

}  // namespace

StateMachine::StateMachine(Storage& storage, DigestHistory& digests,
                           const StateMachineOptions& options)
    : storage_(storage), digests_(digests), metadata_(storage, options.metadata_bytes_max) {
  if (auto loaded = load_state(*storage.snapshot())) {
    go_on_from(std::move(*loaded));
  } else {
    found(options.founding);
  }
  digests_.restart(digest());
}

void StateMachine::found(const GroupSettings& settings) {
  settings_ = settings;
  std::string row = encode_settings(settings);
  sum_.add(settings_term(row));
  storage_.write({{Family::meta, settings_row_key(), std::move(row)},
                  {Family::meta, state_row_key(), encode_state_row(state_row())}});
}

void StateMachine::go_on_from(LoadedState loaded) {
  requests_ = RequestTable(std::move(loaded.requests), loaded.state.request_floor);
  origins_ = std::move(loaded.origins);
  settings_ = loaded.settings;
  sum_ = HashSum(loaded.state.hash_sum);
  applied_ = loaded.state.applied;
  revision_ = loaded.state.revision;
  colour_ = loaded.state.colour;
}

ApplyResult StateMachine::apply(std::span<const gms::Delivery> deliveries) {
  WriteBatch batch(metadata_);
  std::vector<Applied> applied;
  std::vector<StateDigest> digests;
  std::vector<gms::DirectoryId> submitters;
  std::optional<UnknownCommand> unknown;
  for (const gms::Delivery& delivery : deliveries) {
    if (delivery.is_empty_place()) {
      advance_to(delivery.sequence);
      digests.push_back(digest());
      continue;
    }
    const std::string_view payload = delivery.payload.bytes();
    const auto decoded = decode_command(payload);
    if (const auto* nothing = std::get_if<NotACommand>(&decoded)) {
      unknown = UnknownCommand{delivery.sequence, nothing->why};
      break;
    }
    advance_to(delivery.sequence);
    note_origin(delivery.origin);
    colour_ = turned(colour_, payload);
    submitters.push_back(delivery.origin.directory);
    applied.push_back(
        {delivery.origin, execute(std::get<Command>(decoded), payload.size(), batch)});
    digests.push_back(digest());
  }
  if (!digests.empty()) write(batch, submitters);
  digests_.append(digests);
  if (unknown) return std::move(*unknown);
  return applied;
}

void StateMachine::advance_to(gms::Sequence sequence) {
  GROUPY_CHECK(sequence > applied_, "a delivery comes behind those applied");
  applied_ = sequence;
}

void StateMachine::note_origin(const gms::Origin& origin) {
  const auto [at, is_new] = origins_.try_emplace(origin.directory, origin);
  if (is_new) return;
  const auto place = [](const gms::Origin& of) { return std::tuple(of.start, of.counter); };
  GROUPY_CHECK(place(origin) > place(at->second), "no submission is delivered twice");
  at->second = origin;
}

void StateMachine::write(WriteBatch& batch, const std::vector<gms::DirectoryId>& submitters) {
  OriginTable changed;
  for (const gms::DirectoryId& directory : submitters) {
    changed.emplace(directory, origins_.at(directory));
  }
  for (const auto& [directory, origin] : changed) {
    batch.rows().push_back({Family::meta, origin_row_key(directory), encode_origin_row(origin)});
  }
  batch.rows().push_back({Family::meta, state_row_key(), encode_state_row(state_row())});
  batch.write_to(storage_);
}

StateRow StateMachine::state_row() const {
  return {applied_, revision_, sum_.value(), requests_.floor(), colour_};
}

StateDigest StateMachine::digest() const {
  return {applied_, revision_, sum_.hash(revision_, requests_.floor()), colour_};
}

std::vector<gms::Origin> StateMachine::origins() const {
  std::vector<gms::Origin> origins;
  for (const auto& [directory, origin] : origins_) origins.push_back(origin);
  return origins;
}

SharedReadView StateMachine::read_view() const {
  return std::make_shared<const ReadView>(digest(), settings_, storage_.snapshot());
}

Outcome StateMachine::execute(const Command& command, std::size_t payload_bytes,
                              WriteBatch& batch) {
  const RequestTable::Sink sink{batch.rows(), sum_};
  requests_.forget_older(applied_, settings_.request_window_sequences, sink);
  std::uint64_t fingerprint = 0;
  if (command.request) {
    fingerprint = fingerprint_of_request(command);
    const auto known = requests_.look_up(*command.request, fingerprint);
    if (const auto* first = std::get_if<Outcome>(&known)) return *first;
    switch (std::get<RequestStanding>(known)) {
      case RequestStanding::mismatch:
        return refuse(Verdict::request_mismatch, command, batch);
      case RequestStanding::window_passed:
        return refuse(Verdict::window_passed, command, batch);
      case RequestStanding::fresh:
        break;
    }
  }
  // Not remembered: it did nothing and a repeat may be judged anew, so it need not push out a
  // request whose repeat would do harm.
  if (is_too_large(command, payload_bytes)) return refuse(Verdict::too_large, command, batch);
  const Outcome outcome = change(command, batch);
  if (command.request) {
    requests_.remember(command.request->id, {fingerprint, outcome}, settings_.request_window_keys,
                       sink);
  }
  return outcome;
}

Outcome StateMachine::change(const Command& command, WriteBatch& batch) {
  const auto current = batch.find(command.key);
  if (!holds(command.condition, current)) {
    return refuse(Verdict::condition_failed, command, batch);
  }
  if (command.operation == Operation::put) return put(command, current, batch);
  if (!current) return refuse(Verdict::nothing_there, command, batch);
  return erase(command, *current, batch);
}

Outcome StateMachine::put(const Command& command, const std::optional<KeyMetadata>& current,
                          WriteBatch& batch) {
  revision_ = revision_.next();
  KeyMetadata next{revision_, revision_, 1, 0, 0};
  if (current) {
    next.create_revision = current->create_revision;
    next.version = current->version + 1;
    sum_.remove(current->hash_term);
  }
  next.hash_term = key_term(command.key, command.value, next);
  sum_.add(next.hash_term);
  batch.put(command.key, {next, command.value});
  const Verdict verdict = current ? Verdict::replaced : Verdict::created;
  return {verdict, applied_, revision_, next.mod_revision, next.version};
}

Outcome StateMachine::erase(const Command& command, const KeyMetadata& current, WriteBatch& batch) {
  revision_ = revision_.next();
  sum_.remove(current.hash_term);
  batch.erase(command.key, revision_);
  return {Verdict::deleted, applied_, revision_, Revision{}, 0};
}

// Nothing changes; the outcome tells how the key stands. A key that is itself refused is not
// looked up, since no such key is there.
Outcome StateMachine::refuse(Verdict verdict, const Command& command, WriteBatch& batch) const {
  Outcome outcome{verdict, applied_, revision_, Revision{}, 0};
  if (!is_legal_key(command.key)) return outcome;
  if (const auto current = batch.find(command.key)) {
    outcome.mod_revision = current->mod_revision;
    outcome.version = current->version;
  }
  return outcome;
}

bool StateMachine::is_legal_key(std::string_view key) const {
  return !key.empty() && key.size() <= settings_.key_bytes_max;
}

bool StateMachine::is_too_large(const Command& command, std::size_t payload_bytes) const {
  return !is_legal_key(command.key) || command.value.size() > settings_.value_bytes_max ||
         payload_bytes > settings_.command_bytes_max;
}

}  // namespace groupy::kvstore
