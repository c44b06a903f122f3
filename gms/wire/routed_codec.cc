#include "gms/wire/routed_codec.h"

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

#include "gms/check.h"
#include "gms/wire/fields.h"
#include "gms/wire/origin_codec.h"
#include "gms/wire/record_codec.h"
#include "gms/wire/view_codec.h"

namespace groupy::gms::wire {

namespace {

// What a frame says, by its number on the wire.
template <std::uint8_t kNumber, typename FrameType>
struct Content {
  static constexpr std::uint8_t number = kNumber;
  using Type = FrameType;
};
using Contents =
    std::tuple<Content<1, GreetingFrame>, Content<2, AppendFrame>, Content<3, AckFrame>,
               Content<4, SupersededFrame>, Content<5, PreVoteFrame>,
               Content<6, PreVoteAnswerFrame>, Content<7, VoteRequestFrame>, Content<8, VoteFrame>,
               Content<9, SubmissionsFrame>, Content<10, ReadRequestFrame>,
               Content<11, ReadAnswerFrame>, Content<12, PermitFrame>, Content<13, DismissFrame>,
               Content<14, StandingFrame>, Content<15, HealRequestFrame>,
               Content<16, HealAnswerFrame>>;
static_assert(std::tuple_size_v<Contents> == std::variant_size_v<GroupFrame>);

// The fields of each content in their order on the wire, told once for writing and for reading.
template <typename Frame, typename Wanted>
concept Is = std::same_as<std::remove_const_t<Frame>, Wanted>;

auto fields_of(Is<GreetingFrame> auto& f) {
  return std::tie(f.stage, f.group, f.view);
}
auto fields_of(Is<AppendFrame> auto& f) {
  return std::tie(f.ballot, f.stable, f.round, f.admission, f.records, f.feed);
}
auto fields_of(Is<AckFrame> auto& f) {
  return std::tie(f.ballot, f.synced, f.round, f.send_from, f.has_space, f.counts, f.feed);
}
auto fields_of(Is<SupersededFrame> auto& f) {
  return std::tie(f.promised);
}
auto fields_of(Is<PreVoteFrame> auto& f) {
  return std::tie(f.attempt, f.synced, f.permit);
}
auto fields_of(Is<PreVoteAnswerFrame> auto& f) {
  return std::tie(f.attempt, f.granted, f.promised, f.synced, f.leader);
}
auto fields_of(Is<VoteRequestFrame> auto& f) {
  return std::tie(f.ballot, f.synced, f.permit);
}
auto fields_of(Is<VoteFrame> auto& f) {
  return std::tie(f.ballot, f.granted, f.promised);
}
auto fields_of(Is<SubmissionsFrame> auto& f) {
  return std::tie(f.payloads);
}
auto fields_of(Is<ReadRequestFrame> auto& f) {
  return std::tie(f.ballot, f.number);
}
auto fields_of(Is<ReadAnswerFrame> auto& f) {
  return std::tie(f.ballot, f.number, f.sequence);
}
auto fields_of(Is<PermitFrame> auto& f) {
  return std::tie(f.ballot);
}
auto fields_of(Is<DismissFrame> auto& f) {
  return std::tie(f.reason);
}
auto fields_of(Is<StandingFrame> auto& f) {
  return std::tie(f.start, f.promised, f.acknowledged, f.synced, f.lost_in);
}

auto fields_of(Is<HealRequestFrame> auto& f) {
  return std::tie(f.from, f.last, f.checksum);
}
auto fields_of(Is<HealAnswerFrame> auto& f) {
  return std::tie(f.last, f.checksum, f.records);
}

// Gathers a body: small things copied together, long payloads by themselves.
class Writer {
 public:
  template <std::unsigned_integral Rep>
  void write(Rep value) {
    put(small_, value);
  }
  template <typename Tag, typename Rep>
  void write(const Number<Tag, Rep>& number) {
    put(small_, number.value());
  }
  void write(bool flag) { put(small_, std::uint8_t{flag}); }
  void write(Admission admission) { put(small_, static_cast<std::uint8_t>(admission)); }
  void write(Stage stage) { put(small_, static_cast<std::uint8_t>(stage)); }
  void write(const GroupId& group) { small_ += group.bytes(); }
  void write(const LogEnd& end) {
    write(end.ballot);
    write(end.sequence);
  }
  template <typename Value>
  void write(const std::optional<Value>& value) {
    write(value.has_value());
    if (value) write(*value);
  }
  void write(const View& view) { write_sized(Payload(encode_view(view))); }
  void write(const std::string& reason) { write_sized(Payload(printable_reason(reason))); }
  void write(const std::vector<Record>& records) {
    GROUPY_CHECK(records.size() <= kFrameRecordsMax, "too many records for a frame");
    put(small_, static_cast<std::uint32_t>(records.size()));
    for (const Record& record : records) {
      const auto header = encode_record_header(record);
      small_.append(header.begin(), header.end());
      append(record.payload);
    }
  }
  void write(const std::vector<Payload>& submissions) {
    GROUPY_CHECK(submissions.size() <= kFrameSubmissionsMax, "too many submissions for a frame");
    put(small_, static_cast<std::uint32_t>(submissions.size()));
    for (const Payload& submission : submissions) {
      GROUPY_CHECK(submission.size() <= kRecordPayloadBytesMax, "a submission is too long");
      write_sized(submission);
    }
  }

  void finish(std::vector<Piece>& out) {
    // What is short goes out as one piece, together with its header.
    if (contents_.empty() && small_.size() <= kCopiedBytesMax) {
      write_frame(FrameKind::routed, small_, contents_, out);
      return;
    }
    if (!small_.empty()) end_small();
    write_frame(FrameKind::routed, {}, contents_, out);
  }

 private:
  void write_sized(const Payload& payload) {
    put(small_, static_cast<std::uint32_t>(payload.size()));
    append(payload);
  }
  void append(const Payload& payload) {
    if (payload.size() <= kCopiedBytesMax) {
      small_ += payload.bytes();
    } else {
      end_small();
      contents_.push_back(payload);
    }
  }
  void end_small() { contents_.push_back(Payload(std::exchange(small_, {}))); }

  std::string small_;              // gathered since the last long payload
  std::vector<Payload> contents_;  // what stands before it
};

// Takes a body apart; once something is wrong, it has failed for good.
class Reader {
 public:
  explicit Reader(const Payload& body) : body_(body), fields_(body.bytes()) {}

  // Nothing was wrong, and nothing is left.
  bool is_done() const { return ok_ && fields_.ok() && fields_.rest().empty(); }

  template <std::unsigned_integral Rep>
  void read(Rep& value) {
    value = fields_.get<Rep>();
  }
  template <typename Tag, typename Rep>
  void read(Number<Tag, Rep>& number) {
    number = Number<Tag, Rep>{fields_.get<Rep>()};
  }
  void read(NodeId& node) {
    node = NodeId{fields_.get<std::uint32_t>()};
    expect(node != NodeId{});
  }
  void read(bool& flag) {
    const auto byte = fields_.get<std::uint8_t>();
    expect(byte <= 1);
    flag = byte == 1;
  }
  void read(Stage& stage) {
    stage = static_cast<Stage>(fields_.get<std::uint8_t>());
    expect(stage == Stage::empty || stage == Stage::pending || stage == Stage::founded);
  }
  void read(Admission& admission) {
    admission = static_cast<Admission>(fields_.get<std::uint8_t>());
    expect(admission >= Admission::welcome && admission <= Admission::no_space);
  }
  void read(GroupId& group) {
    group = GroupId::from_bytes(fields_.take(GroupId::kSize)).value_or(GroupId());
  }
  void read(LogEnd& end) {
    read(end.ballot);
    read(end.sequence);
  }
  template <typename Value>
  void read(std::optional<Value>& value) {
    bool is_there = false;
    read(is_there);
    if (is_there) read(value.emplace());
  }
  void read(View& view) {
    auto decoded = decode_view(fields_.take(fields_.get<std::uint32_t>()));
    expect(decoded.has_value());
    if (decoded) view = std::move(*decoded);
  }
  void read(std::string& reason) {
    const auto size = fields_.get<std::uint32_t>();
    expect(size <= kReasonBytesMax);
    reason = printable_reason(fields_.take(size));
  }
  void read(std::vector<Record>& records);
  void read(std::vector<Payload>& submissions);

 private:
  void expect(bool holds) { ok_ = ok_ && holds; }
  // How many follow: nothing that could not be in the bytes that came, so that memory is set aside
  // only for what is there.
  std::size_t read_count(std::size_t count_max, std::size_t bytes_each_min) {
    const std::size_t count = fields_.get<std::uint32_t>();
    expect(count <= count_max && count <= fields_.rest().size() / bytes_each_min);
    return ok_ ? count : 0;
  }
  // The next bytes, in the memory of the body.
  Payload take(std::size_t size) {
    const std::size_t at = body_.size() - fields_.rest().size();
    return body_.slice(at, fields_.take(size).size());
  }
  std::optional<Record> read_record();

  const Payload& body_;
  FieldReader fields_;
  bool ok_ = true;
};

std::optional<Record> Reader::read_record() {
  const auto header = decode_record_header(fields_.take(kRecordHeaderBytes));
  if (!header) return std::nullopt;
  return with_payload(*header, take(header->payload_size));
}

void Reader::read(std::vector<Record>& records) {
  const std::size_t count = read_count(kFrameRecordsMax, kRecordHeaderBytes);
  records.reserve(count);
  while (ok_ && records.size() < count) {
    auto record = read_record();
    expect(record.has_value());
    if (!record) return;
    if (!records.empty()) {
      expect(record->sequence == records.back().sequence.next());
      expect(record->previous == records.back().checksum);
    }
    records.push_back(std::move(*record));
  }
}

void Reader::read(std::vector<Payload>& submissions) {
  const std::size_t count = read_count(kFrameSubmissionsMax, sizeof(std::uint32_t) + kOriginBytes);
  submissions.reserve(count);
  while (ok_ && submissions.size() < count) {
    const auto size = fields_.get<std::uint32_t>();
    // A longer one could never become a record, a shorter one has no origin.
    expect(size >= kOriginBytes && size <= kRecordPayloadBytesMax);
    submissions.push_back(take(size));
    expect(fields_.ok());
  }
}

template <typename Frame>
constexpr std::uint8_t number_of() {
  std::uint8_t number = 0;
  const auto look = [&]<typename Each>(Each) {
    if constexpr (std::same_as<typename Each::Type, Frame>) number = Each::number;
  };
  std::apply([&](auto... each) { (look(each), ...); }, Contents{});
  return number;
}

// What has this number, its fields read; nothing if nothing has.
std::optional<GroupFrame> read_content(std::uint8_t number, Reader& reader) {
  std::optional<GroupFrame> content;
  const auto try_as = [&]<typename Each>(Each) {
    if (Each::number != number) return;
    typename Each::Type frame;
    std::apply([&](auto&... field) { (reader.read(field), ...); }, fields_of(frame));
    content = std::move(frame);
  };
  std::apply([&](auto... each) { (try_as(each), ...); }, Contents{});
  return content;
}

}  // namespace

void encode_routed(const RoutedFrame& routed, std::vector<Piece>& out) {
  Writer writer;
  writer.write(routed.from);
  writer.write(routed.to);
  writer.write(routed.life);
  writer.write(routed.for_life);
  std::visit(
      [&]<typename Frame>(const Frame& frame) {
        static_assert(number_of<Frame>() != 0, "each content has a number");
        writer.write(number_of<Frame>());
        std::apply([&](const auto&... field) { (writer.write(field), ...); }, fields_of(frame));
      },
      routed.frame);
  writer.finish(out);
}

std::optional<RoutedFrame> decode_routed(const Payload& body) {
  Reader reader(body);
  RoutedFrame routed;
  reader.read(routed.from);
  reader.read(routed.to);
  reader.read(routed.life);
  reader.read(routed.for_life);
  std::uint8_t number = 0;
  reader.read(number);
  auto content = read_content(number, reader);
  if (!content || !reader.is_done()) return std::nullopt;
  routed.frame = std::move(*content);
  return routed;
}

}  // namespace groupy::gms::wire
