#include "tests/kvstore/reference_model.h"

namespace groupy::kvstore {

Command Step::command() const {
  Command command{operation, key, value, condition, std::nullopt};
  if (id) {
    command.request = RequestId{*id, std::nullopt};
    if (since) command.request->since = gms::Sequence{*since};
  }
  return command;
}

bool Step::is_same_request(const Step& other) const {
  return operation == other.operation && key == other.key && value == other.value &&
         condition == other.condition;
}

Outcome ReferenceModel::apply(const Step& step) {
  sequence_ += step.skipped + 1;
  while (!remembered_.empty() &&
         remembered_.front().outcome.sequence.value() + settings_.request_window_sequences <
             sequence_) {
    forget(remembered_.size() - 1);
  }
  if (!step.id) return judge(step);
  for (const Remembered& first : remembered_) {
    if (first.step.id != step.id) continue;
    if (first.step.is_same_request(step)) return first.outcome;
    return unchanged(Verdict::request_mismatch, step.key);
  }
  if (step.since && *step.since < floor_) return unchanged(Verdict::window_passed, step.key);
  const Outcome outcome = judge(step);
  if (outcome.verdict != Verdict::too_large) remembered_.push_back({step, outcome});
  forget(settings_.request_window_keys);
  return outcome;
}

void ReferenceModel::forget(std::size_t keys_max) {
  while (remembered_.size() > keys_max) {
    floor_ = remembered_.front().outcome.sequence.value();
    remembered_.erase(remembered_.begin());
  }
}

Outcome ReferenceModel::unchanged(Verdict verdict, const std::string& key) const {
  const auto at = keys_.find(key);
  const Record record = at == keys_.end() ? Record() : at->second;
  return {verdict, gms::Sequence{sequence_}, Revision{revision_}, record.mod_revision,
          record.version};
}

Outcome ReferenceModel::judge(const Step& step) {
  if (step.key.empty() || step.key.size() > settings_.key_bytes_max ||
      step.value.size() > settings_.value_bytes_max ||
      encode(step.command()).size() > settings_.command_bytes_max) {
    return unchanged(Verdict::too_large, step.key);
  }
  const bool is_there = keys_.contains(step.key);
  const Revision mod_revision = is_there ? keys_[step.key].mod_revision : Revision{};
  const Condition& condition = step.condition;
  const bool is_refused =
      (condition.kind == ConditionKind::exists && !is_there) ||
      (condition.kind == ConditionKind::absent && is_there) ||
      (condition.kind == ConditionKind::revision_equals && condition.revision != mod_revision);
  if (is_refused) return unchanged(Verdict::condition_failed, step.key);
  if (step.operation == Operation::erase && !is_there) {
    return unchanged(Verdict::nothing_there, step.key);
  }
  return change(step);
}

Outcome ReferenceModel::change(const Step& step) {
  ++revision_;
  if (step.operation == Operation::erase) {
    keys_.erase(step.key);
    return unchanged(Verdict::deleted, step.key);
  }
  const bool is_new = !keys_.contains(step.key);
  Record& record = keys_[step.key];
  if (is_new) record.create_revision = Revision{revision_};
  record.value = step.value;
  record.mod_revision = Revision{revision_};
  ++record.version;
  return unchanged(is_new ? Verdict::created : Verdict::replaced, step.key);
}

}  // namespace groupy::kvstore
