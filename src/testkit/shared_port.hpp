// SharedPort::Implementation: accepts, reads until CONNECT is whole, and gives the connection to the broker
// whose prefix fits best, with all that was read.
//
//   accept ─▶ waiting: read ─ CONNECT whole ─▶ best prefix ─▶ its adopter
//               │                                  └ nobody's ─▶ refused: CONNACK, FIN, discard ─▶ gone
//               └ too large, too late, no CONNECT ─▶ gone
//
// One thread of its own; a lock for the places, held while an adopter is called, so that none is called once
// its place is gone.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <pint/error.hpp>
#include <pint/shared_port.hpp>

#include "base/slot_map.hpp"
#include "base/timer_queue.hpp"
#include "mqtt/packet.hpp"
#include "net/adoption.hpp"
#include "net/listener.hpp"
#include "net/poller.hpp"
#include "net/time_source.hpp"

namespace pint {

class SharedPort::Implementation : public std::enable_shared_from_this<Implementation> {
 public:
  static constexpr std::size_t kConnectBytesMax = 512u
                                                  << 10;  // the longest names and a Will of 64 KiB fit in
  static constexpr std::size_t kWaitingMax = 1'024;       // connections whose CONNECT is not whole

  // Both throw Error. The clock tells how long clients wait; tests own one.
  explicit Implementation(const Listener& where);
  Implementation(const Listener& where, std::unique_ptr<net::TimeSource> time);
  ~Implementation();

  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
  [[nodiscard]] const std::string& address() const { return listener_.address(); }

  // Keep the answer as long as connections may come. Throws std::invalid_argument if the prefix is taken.
  [[nodiscard]] std::shared_ptr<void> join(std::string prefix, net::Adopter adopter);

 private:
  struct Client {
    std::shared_ptr<net::Handover> handover;  // none once refused
    net::Descriptor refused;
    TimerId deadline = TimerId::none;
  };
  using Key = Id<Client>;

  void run();
  void accept();
  void admit(net::Listener::Accepted accepted);
  void read(Key key);
  void decide(Key key);
  void refuse(Key key, const mqtt::Connect& connect, ReasonCode reason);
  void forget(Key key);
  [[nodiscard]] ReasonCode hand_over(const mqtt::Connect& connect,
                                     const std::shared_ptr<net::Handover>& handover);
  [[nodiscard]] const net::Adopter* find(std::string_view user_name, std::string_view client_id) const;

  net::Listener listener_;
  std::unique_ptr<net::TimeSource> time_;
  net::Poller poller_;
  net::Waker waker_;
  SlotMap<Client> clients_;
  TimerQueue<Key> deadlines_;
  std::optional<Time> resting_until_;  // no descriptor was left

  std::mutex places_lock_;
  std::map<std::string, net::Adopter> places_;  // by prefix

  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace pint
