// Turns ordered deliveries into rows.
//
// Every replica must end up with the same rows, so apply() looks at the delivery and the state and
// at nothing else: no clock, no randomness, no flag of the process. How far it came is saved in the
// same batch as the data, so after a crash it goes on right behind the last batch that survived.
// Thread: one at a time, the apply thread; what read_view() gives is for any.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gms/message.h"
#include "kvstore/digest_history.h"
#include "kvstore/loaded_state.h"
#include "kvstore/metadata_table.h"
#include "kvstore/outcome.h"
#include "kvstore/read_view.h"
#include "kvstore/request_table.h"
#include "kvstore/settings.h"
#include "kvstore/state_hash.h"
#include "kvstore/storage.h"
#include "kvstore/write_batch.h"

namespace groupy::kvstore {

struct StateMachineOptions {
  GroupSettings founding;  // for an empty storage; another one has its own
  std::size_t metadata_bytes_max = 128u << 20;
};

// This replica does not know what others may apply: it must stop.
struct UnknownCommand {
  gms::Sequence sequence;  // what precedes it in the same call was applied, nothing else
  std::string why;
};

using ApplyResult = std::variant<std::vector<Applied>, UnknownCommand>;

class StateMachine {
 public:
  // Goes on from what `storage` holds, or founds an empty state there. Both references must outlive
  // this; nobody else may write to the storage meanwhile (to import a state image: end this one,
  // import, make another). Throws StorageFailed, as does apply().
  StateMachine(Storage& storage, DigestHistory& digests, const StateMachineOptions& options = {});

  // Applies the deliveries as one batch, which the caller keeps small enough for memory; one
  // outcome for each command, in order. Empty places change nothing but the applied sequence. Their
  // sequences rise and are above digest().sequence, and the (start, counter) of each directory
  // rises: whoever delivers twice has a bug.
  [[nodiscard]] ApplyResult apply(std::span<const gms::Delivery> deliveries);

  StateDigest digest() const;
  // The highest origin applied of each directory, in no order.
  std::vector<gms::Origin> origins() const;

  // The state as it is now, for readers.
  SharedReadView read_view() const;

 private:
  void found(const GroupSettings& settings);
  void go_on_from(LoadedState loaded);
  void advance_to(gms::Sequence sequence);
  void note_origin(const gms::Origin& origin);
  void write(WriteBatch& batch, const std::vector<gms::DirectoryId>& submitters);
  StateRow state_row() const;

  // One command at its place; `payload_bytes` is its encoded size.
  Outcome execute(const Command& command, std::size_t payload_bytes, WriteBatch& batch);
  Outcome change(const Command& command, WriteBatch& batch);
  Outcome put(const Command& command, const std::optional<KeyMetadata>& current, WriteBatch& batch);
  Outcome erase(const Command& command, const KeyMetadata& current, WriteBatch& batch);
  Outcome refuse(Verdict verdict, const Command& command, WriteBatch& batch) const;
  bool is_too_large(const Command& command, std::size_t payload_bytes) const;
  bool is_legal_key(std::string_view key) const;

  Storage& storage_;
  DigestHistory& digests_;
  MetadataTable metadata_;
  RequestTable requests_;
  OriginTable origins_;
  GroupSettings settings_;
  HashSum sum_;
  gms::Sequence applied_;
  Revision revision_;
  Colour colour_;
};

}  // namespace groupy::kvstore
