// Runs one member: gives it links, time and its application, and carries out its effects in order.
//
// A turn is: inputs (frames of one read, a submission, a tick), then effects until there are none,
// then one flush of the links. The member itself has neither clock nor sockets; both are here.
// Thread: the one that runs the io_context, but for post().
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gms/check.h"
#include "gms/driver/application.h"
#include "gms/driver/log_thread.h"
#include "gms/log_line.h"
#include "gms/member.h"
#include "gms/net/links.h"

namespace groupy::gms {

struct DriverOptions {
  // Whom to link with before the first view is installed (generation 3); oneself among them, with
  // its directory.
  std::vector<ViewMember> first_members;
  ViewMember self;             // as others shall know it
  std::string listen_address;  // for peers
  int generation = 1;
  GroupId group;        // of a founder; none for who joins
  std::string contact;  // whom to ask to be taken in; empty for a founder
  // A joiner gives up after this time; nothing: it asks for ever.
  std::optional<std::chrono::milliseconds> join_timeout;
};

constexpr std::chrono::milliseconds kTickEvery{10};

class Driver final : public net::LinksOwner {
 public:
  // `disk`, recovered, is a member's of generation 3; the others have none.
  Driver(boost::asio::io_context& io, DriverOptions options, std::unique_ptr<Member> member,
         Application& application, LogLine log, std::unique_ptr<MemberDisk> disk = nullptr);

  // Nothing if peers can reach us now; otherwise why not, in one line.
  [[nodiscard]] std::optional<std::string> listen();
  // The first turn; call once, after listen().
  void start();
  // What is under way to the disk is there when this returns.
  void stop();

  // Inputs of the application. A turn's end carries out what follows from them.
  [[nodiscard]] Submitted submit(Payload payload);
  // A read came that needs the newest state: Application::read_confirmed() or read_refused()
  // answers.
  void confirm_read(ReadId id);
  // Nobody waits for this one any more.
  void forget_read(ReadId id);
  // All deliveries up to this one are applied.
  void applied(Sequence sequence);
  // False if this member does not lead, or nobody can take the lead now.
  [[nodiscard]] bool hand_over_lead(std::optional<NodeId> to);
  void snapshot_done(const Origin& request, std::optional<Payload> state);
  void end_turn();
  // The application can take deliveries again.
  void room_again();

  MemberStatus status() const { return member_->status(); }
  // Why this member's disk has no space for new writes; nothing if it has, or if there is no disk.
  const std::optional<std::string>& lack_of_space() const { return lack_of_space_; }
  Time now() const;

  // Runs `work` on the group thread. Thread: any.
  template <typename Work>
  void post(Work work) {
    boost::asio::post(io_, std::move(work));
  }

  void on_link_up(const ViewMember& peer) override;
  void on_bytes(NodeId from) override;
  void on_frame(NodeId from, Frame frame) override;
  void on_inputs_done() override { end_turn(); }
  void on_link_lost(NodeId peer, const std::string& why) override;
  void on_contact_unreachable(const std::string& address, const std::string& why) override;

 private:
  void carry_out(const Send& effect);
  void carry_out(const Meet& effect);
  void carry_out(HandOver&& effect);
  void carry_out(const InstallView& effect);
  void carry_out(const TakeSnapshot& effect);
  void carry_out(InstallSnapshot&& effect);
  void carry_out(const Say& effect);
  void carry_out(const Stop& effect);
  void carry_out(const ReadConfirmed& effect);
  void carry_out(const ReadRefused& effect);
  // The rest is work for the disk, put together until the end of the turn.
  template <std::convertible_to<LogWork> Work>
  void carry_out(Work&& work) {
    GROUPY_CHECK(disk_ != nullptr, "a member without a log asked for one");
    disk_work_.emplace_back(std::forward<Work>(work));
  }
  void on_disk_results();
  void take(const Persisted& result);
  void take(LogRecordsRead&& result);
  void take(DamageChanged&& result);
  void take(const SpaceChanged& result);
  void take(const LogFailed& result);

  // Before each input: a turn's first one tells the member what time it is.
  void begin_turn();
  void wait_for_tick(Time at);
  void on_tick();
  void watch_joining();

  boost::asio::io_context& io_;
  const DriverOptions options_;
  std::unique_ptr<Member> member_;
  Application& application_;
  LogLine log_;
  net::Links links_;
  boost::asio::steady_timer tick_timer_;
  const std::chrono::steady_clock::time_point started_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // a tick may outlive us
  std::unique_ptr<LogThread> disk_;  // null in generations without one
  std::vector<LogWork> disk_work_;   // of this turn
  std::optional<std::string> lack_of_space_;
  Time ticks_at_{};         // when the timer will ring
  bool has_begun_ = false;  // this turn: the member knows the time
  bool in_turn_ = false;
  bool reading_paused_ = false;
  bool stopped_ = false;
  bool join_given_up_ = false;
  Time said_at_{};             // when we last said that we wait to be taken in
  std::string last_obstacle_;  // what the contact's last failure was
};

}  // namespace groupy::gms
