// What a member asks its driver to do.
//
// A member does nothing itself: each input leaves a list of effects, and the driver carries them
// out in exactly this order. That is what makes a run repeatable: same inputs, same effects.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "gms/frame.h"

namespace groupy::gms {

// Send `frame` over the link to `to`; dropped if there is none.
struct Send {
  NodeId to;
  Frame frame;
  bool operator==(const Send&) const = default;
};

// Link with these: they are, or will soon be, in one group with us.
struct Meet {
  std::vector<ViewMember> members;
  bool operator==(const Meet&) const = default;
};

// Hand these to the application, in this order, each exactly once.
struct HandOver {
  std::vector<Delivery> deliveries;
  bool operator==(const HandOver&) const = default;
};

// The view took effect at this place among the deliveries: show it, link with its members.
struct InstallView {
  SharedView view;
  bool operator==(const InstallView& other) const { return *view == *other.view; }
};

// Ask the application for its state after all deliveries handed over so far; the answer is
// Member::snapshot_done(request, state).
struct TakeSnapshot {
  Origin request;
  bool operator==(const TakeSnapshot&) const = default;
};

// Replace the application's state by this one, which stands after `sequence` deliveries.
struct InstallSnapshot {
  Sequence sequence;
  Payload state;
  bool operator==(const InstallSnapshot&) const = default;
};

using Effect = std::variant<Send, Meet, HandOver, InstallView, TakeSnapshot, InstallSnapshot>;
using Effects = std::vector<Effect>;

}  // namespace groupy::gms
