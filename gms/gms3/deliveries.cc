#include "gms/gms3/deliveries.h"

#include <memory>
#include <utility>

#include "gms/check.h"

namespace groupy::gms3 {

void Deliveries::applied(gms::Sequence sequence) {
  GROUPY_CHECK(sequence <= handed_over_, "more is applied than was handed over");
  applied_ = std::max(applied_, sequence);
  while (!under_way_.empty() && under_way_.front().sequence <= sequence) {
    bytes_ -= under_way_.front().bytes;
    under_way_.pop_front();
  }
}

gms::SharedView Deliveries::hand_over(gms::Sequence limit, OwnLog& log, Submissions& submissions,
                                      Outbox& outbox) {
  gms::SharedView newest;
  while (handed_over_ < limit && has_room() && !is_reading_) {
    const auto records =
        log.recent().read(handed_over_.next(), limit, windows_.batch_max, windows_.batch_bytes_max);
    if (!records) {
      is_reading_ = true;
      outbox.push(gms::ReadLog{{}, handed_over_.next(), windows_.batch_bytes_max});
      break;
    }
    if (auto view = hand_over(*records, log, submissions, outbox)) newest = std::move(view);
  }
  return newest;
}

gms::SharedView Deliveries::on_log_read(std::vector<gms::Record> records, gms::Sequence limit,
                                        OwnLog& log, Submissions& submissions, Outbox& outbox) {
  GROUPY_CHECK(is_reading_, "records come that nobody asked for");
  if (records.empty() || records.front().sequence != handed_over_.next()) {
    outbox.push(gms::Stop{"record " + std::to_string(handed_over_.value() + 1) +
                          " of the log cannot be read, and is not applied yet"});
    return nullptr;
  }
  is_reading_ = false;
  // Damage may have come to light meanwhile, so that none of them may be delivered yet.
  while (!records.empty() && records.back().sequence > limit) records.pop_back();
  return hand_over(records, log, submissions, outbox);
}

gms::SharedView Deliveries::hand_over(const std::vector<gms::Record>& records, OwnLog& log,
                                      Submissions& submissions, Outbox& outbox) {
  gms::SharedView newest;
  std::vector<gms::Delivery> deliveries;
  for (const gms::Record& record : records) {
    GROUPY_CHECK(record.sequence == handed_over_.next(), "a delivery is skipped, or repeated");
    handed_over_ = record.sequence;
    ballot_ = record.ballot;
    under_way_.push_back({record.sequence, record.payload.size()});
    bytes_ += record.payload.size();
    deliveries.push_back(delivery_of(record, log, submissions));
    if (record.kind != gms::RecordKind::view) continue;
    auto view = log.format().decode_view(record.payload);
    GROUPY_CHECK(view.has_value(), "a view in the log is none");
    newest = std::make_shared<const gms::View>(std::move(*view));
    outbox.push(gms::HandOver{std::exchange(deliveries, {})});
    outbox.push(gms::InstallView{newest});
  }
  if (!deliveries.empty()) outbox.push(gms::HandOver{std::move(deliveries)});
  return newest;
}

gms::Delivery Deliveries::delivery_of(const gms::Record& record, OwnLog& log,
                                      Submissions& submissions) {
  gms::Delivery delivery;
  delivery.sequence = record.sequence;
  if (record.kind != gms::RecordKind::application) return delivery;
  const auto origin = log.format().origin_of(record.payload);
  GROUPY_CHECK(origin.has_value(), "a message in the log has no origin");
  if (!log.origins().deliver(*origin)) return delivery;
  submissions.delivered(*origin);
  delivery.origin = *origin;
  delivery.payload = log.format().submitted_in(record.payload);
  return delivery;
}

}  // namespace groupy::gms3
