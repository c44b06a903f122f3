// How a member deals with what it cannot read of its own log, and of others'.
#include <memory>
#include <utility>

#include "gms/gms3/member.h"

namespace groupy::gms3 {

void Member::ask_for_healing() {
  if (log_.view() == nullptr) return;
  std::vector<gms::NodeId> others;
  for (const gms::ViewMember& member : log_.view()->members) {
    if (member.id != self_ && outbox_.reaches(member.id)) others.push_back(member.id);
  }
  healing_.tick(now_, log_.damages(), others, outbox_);
}

void Member::on(gms::NodeId from, const gms::HealRequestFrame& frame) {
  donor_.on(from, frame, log_.last().sequence, outbox_);
}

void Member::on(gms::NodeId from, const gms::HealAnswerFrame& frame) {
  auto records = healing_.take(from, frame);
  if (!records) return;
  healing_.writes(log_.heal(std::move(*records)));
  // A view among them may be newer than the one that was known.
  const gms::View* view = log_.view_at(deliveries_.handed_over());
  if (view != nullptr && (!installed_ || view->number > installed_->number)) {
    installed_ = std::make_shared<const gms::View>(*view);
    outbox_.push(gms::InstallView{installed_});
  }
}

void Member::damaged(gms::Ticket ticket, std::vector<gms::Damage>&& damages) {
  if (const auto why = log_.damaged(ticket, std::move(damages))) outbox_.push(gms::Stop{*why});
  if (leader_) leader_->on_log_changed();
}

}  // namespace groupy::gms3
