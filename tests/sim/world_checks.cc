// What the virtual world knows to be wrong at once: it sees every frame, and every disk.
#include "tests/sim/world_node.h"

namespace groupy::sim {

// Whoever dies now, and however many of them: a majority of disks has it.
void World::check_durable(const Node& at, const gms::Delivery& delivery) {
  const auto index = delivery.sequence.value() - 1;
  must(at.disk.image().log.size() > index, "what is delivered is not on its own disk");
  const gms::RecordId id = gms::id_of(at.disk.image().log[index]);
  std::size_t holders = 0;
  for (const auto& each : nodes_) {
    // What a damaged disk had, it had, until its owner says that nothing is missing any more; more
    // than one is more than a group can bear.
    const auto& image = each->disk.image();
    const bool had_it = (image.has_loss && delivery.sequence <= image.had) ||
                        image.damaged.contains(delivery.sequence);
    holders += each->flushed >= delivery.sequence || had_it || image.has(id);
  }
  must(holders >= nodes_.size() / 2 + 1, "sequence " + std::to_string(delivery.sequence.value()) +
                                             " is delivered, and on " + std::to_string(holders) +
                                             " disks only");
}

// What a member says of its log and of its promise is on its own disk, and binds it.
void World::check_frame(const Node& at, const gms::GroupFrame& frame) {
  const std::string who = "node " + std::to_string(at.self.id.value());
  const gms::Promise& saved = at.disk.image().promise;
  if (const auto* append = std::get_if<gms::AppendFrame>(&frame)) {
    history_.leads({at.self.id, at.starts}, append->ballot);
    must(at.disk.is_sound(at.applied, gms::Sequence{at.disk.image().log.size()}),
         who + " leads, and cannot read what is still to be delivered");
    must(saved.voted_in >= append->ballot, who + " leads, and its own vote is not on disk");
  } else if (const auto* ack = std::get_if<gms::AckFrame>(&frame)) {
    must(at.disk.keeps(ack->synced), who + " acknowledges what is not on its disk");
    must(at.disk.is_sound(at.applied, ack->synced),
         who + " acknowledges past a record that it cannot read");
    must(ack->ballot >= at.member->status().ballot,
         who + " acknowledges a ballot that it has promised to leave");
    must(saved.promised >= ack->ballot || ack->synced == gms::Sequence{} || !ack->counts,
         who + " acknowledges, and its promise is not on disk");
  } else if (const auto* standing = std::get_if<gms::StandingFrame>(&frame)) {
    must(at.disk.keeps(standing->acknowledged), who + " stands where its disk does not");
  } else if (const auto* vote = std::get_if<gms::VoteFrame>(&frame)) {
    must(!vote->granted || saved.voted_in >= vote->ballot,
         who + " gives a vote that is not on disk");
  }
}

}  // namespace groupy::sim
