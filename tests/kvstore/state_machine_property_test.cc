// Random commands, applied in many ways that must not matter: batching, kind of storage, size of
// the metadata table, restarts, state images. All must give the same outcomes, digests and rows.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <span>

#include "kvstore/memory_storage.h"
#include "kvstore/row_audit.h"
#include "kvstore/state_image.h"
#include "kvstore/state_machine.h"
#include "tests/kvstore/reference_model.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {

// Found by rapidcheck, to print a list that fails.
void showValue(const Step& step, std::ostream& out) {
  out << (step.operation == Operation::put ? "put '" : "erase '") << step.key << "' '" << step.value
      << "' condition " << static_cast<int>(step.condition.kind) << "/"
      << step.condition.revision.value() << " id " << step.id.value_or("-") << " since "
      << (step.since ? std::to_string(*step.since) : "-") << " skipped " << step.skipped;
}

namespace {

// So tight that every limit and window is reached within a few commands.
GroupSettings tight_settings() {
  GroupSettings settings;
  settings.key_bytes_max = 3;
  settings.value_bytes_max = 4;
  settings.command_bytes_max = 37;
  settings.request_window_keys = 3;
  settings.request_window_sequences = 12;
  return settings;
}

// One of the values; one that stands twice comes twice as often.
template <typename T>
rc::Gen<T> any_of(std::vector<T> values) {
  return rc::gen::elementOf(std::move(values));
}

rc::Gen<Step> any_step() {
  return rc::gen::exec([] {
    Step step;
    step.operation = *any_of<Operation>({Operation::put, Operation::put, Operation::erase});
    step.key = *any_of<std::string>(
        {"a", "b", "c", "a", "b", "c", "a", "b", "c", "a", "b", "c", "abc", "", "abcd"});
    if (step.operation == Operation::put) {
      step.value =
          *any_of<std::string>({"", "1", "22", "333", "", "1", "22", "333", "4444", "55555"});
    }
    step.condition.kind = static_cast<ConditionKind>(*any_of<int>({0, 0, 0, 1, 2, 3}));
    if (step.condition.kind == ConditionKind::revision_equals) {
      step.condition.revision = Revision{*rc::gen::inRange<std::uint64_t>(0, 12)};
    }
    if (*any_of<bool>({true, false})) {
      step.id = *any_of<std::string>({"p", "q", "r", "s", "t", "u"});
      if (*any_of<bool>({true, false, false})) step.since = *rc::gen::inRange<std::uint64_t>(0, 60);
    }
    step.skipped = *any_of<std::uint64_t>({0, 0, 0, 0, 1, 5});
    return step;
  });
}

// Steps of which some repeat earlier ones, as clients do.
std::vector<Step> any_steps() {
  auto steps = *rc::gen::container<std::vector<Step>>(any_step());
  for (std::size_t i = 1; i < steps.size(); ++i) {
    if (*any_of<bool>({true, false, false})) {
      const auto back = *rc::gen::inRange<std::size_t>(1, std::min<std::size_t>(i, 5) + 1);
      steps[i] = steps[i - back];
    }
  }
  return steps;
}

// Three directories take turns; the second one is restarted now and then. Of the sequences that
// pass without a command, some are delivered as empty places.
std::vector<gms::Delivery> deliveries_of(const std::vector<Step>& steps) {
  std::vector<gms::Delivery> deliveries;
  std::uint64_t sequence = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (std::uint64_t place = 0; place < steps[i].skipped / 2; ++place) {
      deliveries.push_back({gms::Sequence{sequence + place + 1}, {}, {}});
    }
    sequence += steps[i].skipped + 1;
    const auto from = static_cast<std::uint8_t>(1 + i % 3);
    const std::uint64_t start = from == 2 ? 1 + i / 7 : 1;
    deliveries.push_back({gms::Sequence{sequence},
                          {directory(from), gms::StartCount{start}, i + 1},
                          gms::Payload(encode(steps[i].command()))});
  }
  return deliveries;
}

// All that must be equal.
struct Result {
  std::vector<Outcome> outcomes;
  StateDigest digest;
  RowDump rows;
};

// How the deliveries are cut into batches: the sizes, over and over.
using BatchSizes = std::vector<std::size_t>;

BatchSizes any_batch_sizes() {
  return *rc::gen::nonEmpty(rc::gen::container<BatchSizes>(rc::gen::inRange<std::size_t>(1, 9)));
}

void apply_in_batches(StateMachine& machine, std::span<const gms::Delivery> deliveries,
                      const BatchSizes& sizes, Result& result) {
  for (std::size_t i = 0; !deliveries.empty(); ++i) {
    const std::size_t size = std::min(sizes[i % sizes.size()], deliveries.size());
    const auto applied = machine.apply(deliveries.first(size));
    for (const Applied& one : std::get<std::vector<Applied>>(applied)) {
      result.outcomes.push_back(one.outcome);
    }
    deliveries = deliveries.subspan(size);
  }
  result.digest = machine.digest();
}

StateMachineOptions with_table(std::size_t metadata_bytes_max) {
  return {tight_settings(), metadata_bytes_max};
}

Result run(Storage& storage, std::size_t metadata_bytes_max,
           std::span<const gms::Delivery> deliveries, const BatchSizes& sizes) {
  Result result;
  DigestHistory digests;
  StateMachine machine(storage, digests, with_table(metadata_bytes_max));
  apply_in_batches(machine, deliveries, sizes, result);
  result.rows = dump(*storage.snapshot());
  const auto audited = audit(*storage.snapshot());
  RC_ASSERT(std::holds_alternative<StateDigest>(audited));
  RC_ASSERT(std::get<StateDigest>(audited) == result.digest);
  return result;
}

void assert_equal(const Result& a, const Result& b) {
  RC_ASSERT(a.outcomes == b.outcomes);
  RC_ASSERT(a.digest == b.digest);
  RC_ASSERT(a.rows == b.rows);
}

constexpr std::size_t kLargeTable = 1u << 20;
constexpr std::size_t kTinyTable = 400;

// One by one, with everything in the table: what the other ways are compared with.
Result run_plainly(std::span<const gms::Delivery> deliveries) {
  MemoryStorage storage;
  return run(storage, kLargeTable, deliveries, {1});
}

void assert_equal(const std::map<std::string, Record>& expected, const ReadView& view) {
  std::map<std::string, Record> keys;
  for (const ListItem& item : view.list({.prefix = "", .after = {}}).items) {
    keys.emplace(item.key, item.record);
  }
  RC_ASSERT(keys == expected);
}

TEST(StateMachineProperty, SaysWhatTheReferenceModelSays) {
  std::set<Verdict> seen;
  rc::detail::checkGTest([&] {
    const auto steps = any_steps();
    MemoryStorage storage;
    const Result result = run(storage, kLargeTable, deliveries_of(steps), any_batch_sizes());
    ReferenceModel model(tight_settings());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Outcome expected = model.apply(steps[i]);
      seen.insert(expected.verdict);
      RC_ASSERT(result.outcomes[i] == expected);
    }
    assert_equal(model.keys(), ReadView(result.digest, {}, storage.snapshot()));
  });
  // Otherwise the lists would be too tame to tell anything.
  EXPECT_EQ(seen.size(), 8u);
}

RC_GTEST_PROP(StateMachineProperty, DoesNotDependOnBatchesOrTheSizeOfTheTable, ()) {
  const auto deliveries = deliveries_of(any_steps());
  const Result plain = run_plainly(deliveries);
  for (const std::size_t table : {kLargeTable, kTinyTable, std::size_t{0}}) {
    MemoryStorage in_batches;
    assert_equal(plain, run(in_batches, table, deliveries, any_batch_sizes()));
    MemoryStorage at_once;
    assert_equal(plain, run(at_once, table, deliveries, {deliveries.size() + 1}));
  }
}

RC_GTEST_PROP(StateMachineProperty, LeavesTheSameDigestsInWhateverBatches, ()) {
  const auto deliveries = deliveries_of(any_steps());
  MemoryStorage first_storage;
  MemoryStorage second_storage;
  DigestHistory first_digests;
  DigestHistory second_digests;
  Result ignored;
  StateMachine first(first_storage, first_digests, with_table(kLargeTable));
  apply_in_batches(first, deliveries, {1}, ignored);
  StateMachine second(second_storage, second_digests, with_table(kTinyTable));
  apply_in_batches(second, deliveries, any_batch_sizes(), ignored);
  for (std::uint64_t sequence = 0; sequence <= first.digest().sequence.value(); ++sequence) {
    RC_ASSERT(first_digests.look_up(gms::Sequence{sequence}) ==
              second_digests.look_up(gms::Sequence{sequence}));
  }
}

RC_GTEST_PROP(StateMachineProperty, GoesOnAfterARestartOnDiskAsIfNothingHadHappened, ()) {
  const auto deliveries = deliveries_of(any_steps());
  const auto split = *rc::gen::inRange<std::size_t>(0, deliveries.size() + 1);
  const std::span all(deliveries);
  const TemporaryDirectory directory;
  Result result =
      run(*open_rocksdb(directory.path()), kTinyTable, all.first(split), any_batch_sizes());
  const Result rest =
      run(*open_rocksdb(directory.path()), kTinyTable, all.subspan(split), any_batch_sizes());
  result.outcomes.insert(result.outcomes.end(), rest.outcomes.begin(), rest.outcomes.end());
  result.digest = rest.digest;
  result.rows = rest.rows;
  assert_equal(run_plainly(deliveries), result);
}

RC_GTEST_PROP(StateMachineProperty, GoesOnFromAStateImageAsTheGiverDoes, ()) {
  const auto deliveries = deliveries_of(any_steps());
  const auto split = *rc::gen::inRange<std::size_t>(0, deliveries.size() + 1);
  const std::span all(deliveries);
  MemoryStorage giver;
  Result result = run(giver, kLargeTable, all.first(split), any_batch_sizes());
  const auto image = export_state_image(*giver.snapshot());
  RC_ASSERT(image.has_value());

  MemoryStorage joiner;
  (void)run(joiner, kLargeTable, deliveries_of(any_steps()), {3});
  const auto imported = import_state_image(*image, joiner);
  RC_ASSERT(std::holds_alternative<StateDigest>(imported));
  RC_ASSERT(std::get<StateDigest>(imported) == result.digest);
  const Result rest = run(joiner, kTinyTable, all.subspan(split), any_batch_sizes());
  result.outcomes.insert(result.outcomes.end(), rest.outcomes.begin(), rest.outcomes.end());
  result.digest = rest.digest;
  result.rows = rest.rows;
  assert_equal(run_plainly(deliveries), result);
}

}  // namespace
}  // namespace groupy::kvstore
