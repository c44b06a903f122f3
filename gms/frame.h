// What members say to each other, before it becomes bytes (gms/wire) and after it was bytes again.
//
// A frame travels over one link, in order, or is lost together with the link. Frames are values:
// whatever comes in was checked for form by gms/wire, but may still be wrong in content.
#pragma once

#include <variant>

#include "gms/message.h"
#include "gms/routed_frame.h"
#include "gms/view.h"

namespace groupy::gms {

// A worker hands its message to the leader, to be ordered.
struct SubmitFrame {
  Message message;
  bool operator==(const SubmitFrame&) const = default;
};

// The leader sends a message to a member; the order of these frames is the total order.
struct MulticastFrame {
  Message message;
  bool operator==(const MulticastFrame&) const = default;
};

// The leader announces the next view; to who is new in it, this is the invitation.
struct ViewFrame {
  View view;
  bool operator==(const ViewFrame&) const = default;
};

// A node asks any member to be taken in; a worker hands it on to the leader.
struct JoinFrame {
  ViewMember joiner;
  bool operator==(const JoinFrame&) const = default;
};

// A member tells a joiner whom to link with, so that the leader can reach it with the invitation.
struct ContactsFrame {
  View view;
  bool operator==(const ContactsFrame&) const = default;
};

// The first five are of generation 1 and 2, the last holds all of generation 3.
using Frame =
    std::variant<SubmitFrame, MulticastFrame, ViewFrame, JoinFrame, ContactsFrame, RoutedFrame>;

}  // namespace groupy::gms
