// Loop: moves bytes between sockets and the engine, one turn after the other, on one thread.
//
//   wait ─▶ accept ─▶ read each readable link once ─▶ commands ─▶ tick ─▶ news to the host ─▶ write each link
//    ▲                                                                  (its commands: same turn)     │
//    └────── until the engine's deadline, the loop's own, or for ever: idle is asleep ◀─────────────────┘
//
// Fair: a link gives at most one buffer a turn; one that has more is read again in the next, without waiting,
// after everybody else, and gives less while others are about (flood_budget.hpp).
// Bounded: when a turn has made much output, it is written early, before more is read.
//
// Closing a link takes care that the last packet arrives: an unread byte at close() would make the kernel
// send RST, which may overtake it.
//
//   open ─finished()─▶ sending the rest ─all sent: FIN, engine.closed()─▶ discarding input ─its FIN─▶ gone
//    └─lost──────────────────────── or one second after finished() ──────────────────────────────────▶ gone
//
// Tests can make a broker hang (pause), refuse (down), share a port with others (adopt), and put faults
// between sockets and the engine (shape), which costs one null check where there are none.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/slot_map.hpp"
#include "base/timer_queue.hpp"
#include "core/engine.hpp"
#include "fault/shaper.hpp"
#include "net/flood_budget.hpp"
#include "net/host.hpp"
#include "net/link.hpp"
#include "net/listener.hpp"
#include "net/mailbox.hpp"
#include "net/poller.hpp"
#include "net/time_source.hpp"
#include "net/timed.hpp"

namespace pint::net {

class Loop {
 public:
  // All four must outlive the loop. Precondition: the mailbox is open. Throws std::system_error.
  Loop(core::Engine& engine, Mailbox& mailbox, TimeSource& time, Host& host);

  // Accept from this listener. Before the first turn. Throws std::system_error.
  void add(Listener listener);

  // Turns until a Stop command, and shut_down().
  void run();

  // For who has a loop already: one turn at a time, and then run_jobs(). `may_wait`: up to timeout();
  // otherwise it only looks. Whether it found anything to do.
  bool turn(bool may_wait);
  void run_jobs();
  // How long there is nothing to do unless native() becomes readable; kForever if no deadline is set.
  [[nodiscard]] Duration timeout() const;
  [[nodiscard]] int native() const { return poller_.native(); }
  [[nodiscard]] Time now() const { return now_; }  // as of this turn
  // When broker time next makes something happen, in the engine, in a fault or in who is served besides.
  [[nodiscard]] std::optional<Time> next_deadline() const;

  // Call this between two turns, when all is told and written. It may take turns, which those who ask
  // meanwhile wait for. It must not throw. Never called if the loop stops first.
  void after_turn(std::function<void()> job) { jobs_.push_back(std::move(job)); }

  // For a job: turns that do not wait until two in a row have found nothing to do. Whatever has arrived by
  // now is handled, told, and written as far as its receivers read. Bounded, for clients that never pause.
  void settle();
  // For a job: it is to end.
  [[nodiscard]] bool stop_asked() const { return stop_.has_value(); }

  // Carry out the commands that wait, for who asks questions between turns; what they cause is for the next
  // turn.
  void catch_up();

  // Hang, as a broker that is stuck: nothing is accepted but by the system, nothing read, written or timed.
  // Commands are carried out; what they cause waits as well. Between resume() and pause() nothing is lost but
  // what limits drop. Any number of times.
  void pause();
  void resume();
  [[nodiscard]] bool paused() const { return paused_; }

  // Refuse connections, on ports that stay ours; those that exist go on. up() listens again on the same
  // ports; throws std::system_error if the system does not let it. Any number of times.
  void down();
  void up();
  [[nodiscard]] bool is_down() const { return down_; }

  // Take over a connection that somebody else accepted and has read these bytes from. Its socket does not
  // block. Reset at once while is_down().
  void adopt(Listener::Accepted accepted, Bytes already_read);

  // Let these faults be at work, on connections there are and to come. Call it after each change of them, the
  // end of the last one included. The shaper must outlive the loop.
  void shape(fault::Shaper& shaper);

  // Serve somebody else's deadlines in broker time as well. It must outlive the loop.
  void serve(Timed& timed) { timed_ = &timed; }

  // Stop accepting, close the mailbox, tell clients [MQTT 5.0, section 4.13: 0x8B], send what is to be sent
  // for at most `grace`, close everything. The last thing done with a loop.
  void shut_down(Duration grace);

 private:
  using LinkKey = Id<Link>;
  // A deadline of the loop's own: of a link that is being closed, or of a listener that rests.
  struct Due {
    LinkKey link{};
    std::uint32_t listener = 0;
  };

  void on_ready(const Ready& ready);
  void accept_from(std::uint32_t listener);
  core::ConnectionId admit(Listener::Accepted accepted);  // none: the system has no memory for it
  void watch(std::uint32_t listener);
  void watch_listeners();  // or not, as things are now
  void rest(std::uint32_t listener);

  void enlist(LinkKey key, Link& link);
  void read_listed(std::size_t left_over);
  void read_flood(std::span<const LinkKey> links);
  void read_one(LinkKey key, std::size_t most);
  [[nodiscard]] bool wanted(const Link& link) const;
  void read(LinkKey key, Link& link, std::size_t most);
  [[nodiscard]] std::span<std::uint8_t> scratch() const;
  void deliver(core::ConnectionId connection, ByteView bytes);
  void discard(LinkKey key, Link& link);
  void lost(LinkKey key, Link& link, DisconnectCause cause);

  void see(core::ConnectionId connection);
  void arrive(core::ConnectionId connection, ByteView bytes);
  void read_shaped(LinkKey key, Link& link, fault::Channel& channel);
  void pass_on(core::ConnectionId connection);
  void flush_shaped(LinkKey key, Link& link, fault::Channel& channel);
  bool fill(core::ConnectionId connection, fault::Channel& channel);
  bool drain(Link& link, fault::Channel& channel);
  [[nodiscard]] bool finish_shaped(LinkKey key, Link& link);
  void end_shaped(LinkKey key, Link& link, fault::LaneEnd end);
  void move_on(core::ConnectionId connection);
  void tick_faults();
  [[nodiscard]] bool refuse(const Listener::Accepted& accepted);

  void take_commands();
  void carry_out(Command& command);
  void read_time();
  [[nodiscard]] bool busy() const;
  bool tick();
  void end_pause();
  void on_due(const Due& due);

  void end_turn();
  void settle_news();
  void relieve(std::size_t input_bytes);
  void watch_memory(bool idle);
  void give_back_memory();
  void flush_touched();
  void flush(core::ConnectionId connection);
  void finish(LinkKey key, Link& link);
  void linger(LinkKey key, Link& link);
  void release(Link& link);
  void reset(LinkKey key, Link& link);
  void close(LinkKey key, Link& link);

  core::Engine& engine_;
  Mailbox& mailbox_;
  TimeSource& time_;
  Host& host_;

  fault::Shaper* shaper_ = nullptr;  // while there are faults
  Timed* timed_ = nullptr;

  Poller poller_;
  std::vector<Listener> listeners_;
  bool listening_ = true;  // listeners are watched, but for those that rest
  SlotMap<Link> links_;
  std::vector<LinkKey> link_of_;  // by ConnectionId::index
  TimerQueue<Due> timers_;        // in wire time
  Time now_;
  Time wire_now_;
  std::optional<Duration> stop_;  // asked to, with this grace
  bool stopping_ = false;
  bool paused_ = false;
  bool down_ = false;
  struct Adopted {
    Listener::Accepted accepted;
    Bytes already_read;
  };
  std::vector<Adopted> adopted_;  // while paused

  std::unique_ptr<std::uint8_t[]> scratch_;  // one for all links; pages nobody touches cost nothing
  FloodBudget flood_budget_;
  std::size_t read_bytes_ = 0;       // in this turn
  std::size_t pressure_ = 0;         // at most so many bytes wait in touched outboxes
  std::size_t held_bytes_most_ = 0;  // by the engine, since memory was given back
  bool giving_back_ = false;         // memory was, and no more has been held since

  // Used again in each turn, for their capacity.
  std::vector<LinkKey> readable_;  // to be read in this turn or, once reading has begun, in the next
  std::vector<LinkKey> reading_;
  std::vector<Command> commands_;
  std::vector<std::function<void()>> jobs_;
  std::vector<core::ConnectionId> flushing_;
};

}  // namespace pint::net
