#include "gms/net/links.h"

#include <fcntl.h>

#include <algorithm>

namespace groupy::gms::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {
// When the process has no descriptor left, accepting again at once would spin.
constexpr std::chrono::milliseconds kAcceptPause{100};

// Of a name with addresses of both kinds, an IPv4 address: "localhost" may be ::1 first.
tcp::endpoint preferred(const tcp::resolver::results_type& found) {
  const auto is_v4 = [](const auto& entry) { return entry.endpoint().address().is_v4(); };
  const auto v4 = std::find_if(found.begin(), found.end(), is_v4);
  return v4 != found.end() ? v4->endpoint() : found.begin()->endpoint();
}

std::string name_of(const ViewMember& peer) {
  return "node " + std::to_string(peer.id.value()) + " (" + peer.peer_address + ")";
}
}  // namespace

Links::Links(asio::io_context& io, LinksOptions options, LinksOwner& owner, LogLine log)
    : io_(io),
      options_(std::move(options)),
      owner_(owner),
      log_(std::move(log)),
      refusals_(log_),
      strangers_log_(log_),
      acceptor_(io),
      accept_again_(io) {}

Links::~Links() {
  stop();
}

std::optional<std::string> Links::listen() {
  const auto [host, port] = split_address(options_.listen_address);
  error_code error;
  const auto found = tcp::resolver(io_).resolve(host, port, tcp::resolver::passive, error);
  if (!error && found.empty()) error = asio::error::host_not_found;
  if (!error) {
    const tcp::endpoint endpoint = preferred(found);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error) return "cannot listen on " + options_.listen_address + ": " + error.message();
  if (::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC) != 0) {
    return "cannot listen on " + options_.listen_address + ": fcntl failed";
  }
  accept();
  return std::nullopt;
}

std::uint16_t Links::port() const {
  return acceptor_.local_endpoint().port();
}

void Links::accept() {
  const std::weak_ptr<bool> alive = alive_;
  acceptor_.async_accept([this, alive](error_code error, tcp::socket socket) {
    if (!alive.expired()) on_accepted(error, std::move(socket));
  });
}

void Links::on_accepted(error_code error, tcp::socket socket) {
  if (stopped_) return;
  if (error) {
    refusals_.write(LogLevel::warning, "cannot accept a peer's connection: " + error.message());
    accept_again_.expires_after(kAcceptPause);
    const std::weak_ptr<bool> alive = alive_;
    accept_again_.async_wait([this, alive](error_code cancelled) {
      if (!cancelled && !alive.expired()) accept();
    });
    return;
  }
  accept();
  if (handshakes_ >= kHandshakesMax) return;  // closes it
  ++handshakes_;
  prepare_socket(socket);
  error_code ignored;  // only for the log
  const std::string from = socket.remote_endpoint(ignored).address().to_string();
  const std::weak_ptr<bool> alive = alive_;
  answer_greeting(
      std::move(socket), options_.hello,
      [this, alive](const wire::Hello& theirs) -> std::optional<std::string> {
        if (alive.expired()) return "this member stops";
        return judge(theirs, std::nullopt);
      },
      [this, alive, from](std::variant<Greeted, std::string> result) {
        if (alive.expired()) return;
        --handshakes_;
        if (const auto* why = std::get_if<std::string>(&result)) {
          refusals_.write(LogLevel::warning, "refused a peer from " + from + ": " + *why);
        } else {
          static_cast<void>(adopt(std::get<Greeted>(std::move(result))));
        }
      });
}

std::optional<std::string> Links::judge(const wire::Hello& theirs,
                                        const std::optional<wire::Expected>& expected) const {
  if (stopped_) return "this member stops";
  if (auto reason = wire::reason_to_refuse(options_.hello, theirs, expected)) return reason;
  const auto link = links_.find(theirs.self.id);
  if (link != links_.end() && link->second->peer().directory != theirs.self.directory) {
    return "node " + std::to_string(theirs.self.id.value()) + " is linked already from " +
           link->second->peer().peer_address + ": is a second process using its id?";
  }
  return std::nullopt;
}

bool Links::is_met(const DirectoryId& directory) const {
  return std::ranges::find(met_, directory, &ViewMember::directory) != met_.end();
}

void Links::make_room_for(const ViewMember& peer) {
  if (is_met(peer.directory)) return;
  std::vector<std::shared_ptr<Link>> strangers;
  for (const auto& [id, link] : links_) {
    if (!is_met(link->peer().directory)) strangers.push_back(link);
  }
  if (strangers.size() < kStrangersMax) return;
  // Who means to join does so at once: the oldest has no business here.
  const auto oldest = *std::ranges::min_element(strangers, {}, &Link::number);
  oldest->abandon();
  on_closed(*oldest, "it is in no group with us, and others want its place");
}

bool Links::adopt(Greeted greeted) {
  if (stopped_) return false;
  const ViewMember peer = greeted.theirs.self;
  const auto former = links_.find(peer.id);
  if (former != links_.end()) {
    // Another process with this id was quicker while our answer was on its way.
    if (former->second->peer().directory != peer.directory) return false;
    // The same process dials again: it knows that the old connection is dead, we do not yet.
    former->second->abandon();
    links_.erase(former);
    owner_.on_link_lost(peer.id, "replaced by a new connection");
  }
  make_room_for(peer);
  // A joiner takes what its group sends; who is in a group takes little from who is not.
  const bool is_stranger = !options_.hello.group.is_none() && !is_met(peer.directory);
  LinkOptions limits = options_.link;
  if (is_stranger) limits.body_bytes_max = kStrangerBodyBytesMax;
  auto link = std::make_shared<Link>(std::move(greeted.socket), std::move(greeted.reader), peer,
                                     ++last_number_, limits, *this);
  links_[peer.id] = link;
  if (reading_paused_) link->pause_reading();
  log_about(peer, LogLevel::info, "linked with " + name_of(peer));
  owner_.on_link_up(peer);
  owner_.on_inputs_done();
  link->start();
  return true;
}

void Links::log_about(const ViewMember& peer, LogLevel level, const std::string& line) {
  if (is_met(peer.directory)) {
    log_(level, line);
  } else {
    strangers_log_.write(level, line);
  }
}

void Links::find_contact(const std::string& address) {
  dial(address, std::nullopt);
}

void Links::meet(const std::vector<ViewMember>& peers) {
  met_ = peers;
  for (const auto& [id, link] : links_) {
    if (is_met(link->peer().directory)) link->set_body_bytes_max(options_.link.body_bytes_max);
  }
  std::erase_if(lost_, [&](const DirectoryId& directory) {
    return std::ranges::find(peers, directory, &ViewMember::directory) == peers.end();
  });
  std::set<std::string> wanted;
  for (const ViewMember& peer : peers) {
    // Who came later dials who came earlier; who is not in the list yet dials all of it.
    if (peer.directory == options_.hello.self.directory) break;
    if (peer.id == options_.hello.self.id || lost_.contains(peer.directory)) continue;
    wanted.insert(peer.peer_address);
    const DirectoryId wanted_there = options_.any_directory ? DirectoryId() : peer.directory;
    const auto link = links_.find(peer.id);
    if (link != links_.end() &&
        (wanted_there.is_none() || link->second->peer().directory == wanted_there)) {
      continue;
    }
    dial(peer.peer_address, wire::Expected{peer.id, wanted_there});
  }
  std::erase_if(diallers_, [&](const auto& entry) {
    if (wanted.contains(entry.first) || entry.first == contact_) return false;
    entry.second.dialler->stop();
    return true;
  });
}

void Links::dial(const std::string& address, const std::optional<wire::Expected>& expected) {
  if (stopped_) return;
  const auto known = diallers_.find(address);
  if (known != diallers_.end()) {
    if (known->second.expected == expected) return;
    known->second.dialler->stop();  // somebody else is to be met there now
  }
  const bool seeks_contact = !expected;
  if (seeks_contact) contact_ = address;
  DiallerOptions options;
  options.address = address;
  options.hello = [this] { return options_.hello; };
  options.judge = [this, expected](const wire::Hello& theirs) { return judge(theirs, expected); };
  options.on_greeted = [this, address, expected](Greeted greeted) {
    diallers_.erase(address);
    if (!expected) contact_node_ = greeted.theirs.self.id;
    if (!adopt(std::move(greeted))) dial(address, expected);
  };
  options.on_failed = [this, address, seeks_contact](const std::string& why) {
    if (seeks_contact) {
      owner_.on_contact_unreachable(address, why);
    } else {
      refusals_.write(LogLevel::warning, "no link with " + address + " yet: " + why);
    }
  };
  auto dialler = std::make_shared<Dialler>(io_, std::move(options));
  diallers_[address] = {expected, dialler};
  dialler->start();
}

void Links::set_group(const GroupId& group) {
  options_.hello.group = group;
  if (contact_.empty()) return;
  const auto dialler = diallers_.find(contact_);
  if (dialler != diallers_.end()) {
    dialler->second.dialler->stop();
    diallers_.erase(dialler);
  }
  contact_.clear();
}

void Links::send(NodeId to, const Frame& frame) {
  const auto link = links_.find(to);
  if (link != links_.end()) link->second->send(frame);
}

void Links::flush() {
  for (const auto& [id, link] : links_) link->flush();
}

void Links::pause_reading() {
  reading_paused_ = true;
  for (const auto& [id, link] : links_) link->pause_reading();
}

void Links::resume_reading() {
  reading_paused_ = false;
  const auto links = links_;  // reading may close some
  for (const auto& [id, link] : links) link->resume_reading();
}

void Links::stop() {
  if (stopped_) return;
  stopped_ = true;
  alive_.reset();
  error_code ignored;  // it listens no more either way
  acceptor_.close(ignored);
  accept_again_.cancel();
  for (const auto& [address, dialling] : diallers_) dialling.dialler->stop();
  for (const auto& [id, link] : links_) link->abandon();
  links_.clear();
}

void Links::on_bytes(Link& link) {
  owner_.on_bytes(link.peer().id);
}

void Links::on_frame(Link& link, Frame frame) {
  owner_.on_frame(link.peer().id, std::move(frame));
}

void Links::on_read_done(Link&) {
  owner_.on_inputs_done();
}

void Links::on_closed(Link& link, const std::string& why) {
  const ViewMember peer = link.peer();
  const auto known = links_.find(peer.id);
  if (known == links_.end() || known->second.get() != &link) return;
  links_.erase(known);
  if (!options_.redial_lost && is_met(peer.directory)) lost_.insert(peer.directory);
  log_about(peer, LogLevel::warning, "lost the link with " + name_of(peer) + ": " + why);
  owner_.on_link_lost(peer.id, why);
  owner_.on_inputs_done();
  if (stopped_) return;
  if (!contact_.empty() && contact_node_ == peer.id) {
    dial(contact_, std::nullopt);
  } else if (options_.redial_lost) {
    meet(std::vector<ViewMember>(met_));
  }
}

}  // namespace groupy::gms::net
