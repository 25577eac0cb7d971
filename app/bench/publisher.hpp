// Publisher: one client that sends numbered messages, as many as its bounds allow at the moment.
//
//   quota (what the phase is to send) · window (sent, not yet with the slowest subscriber) · inflight (QoS 1
//   and 2: not yet acknowledged) · schedule (message k is due at a fixed time)
#pragma once

#include <cstdint>
#include <limits>
#include <string>

#include "bench/connection.hpp"
#include "bench/plan.hpp"
#include "bench/stamp.hpp"

namespace pint::bench {

// When messages are due that `publishers` of them send in turn. An interval of 0: at once.
struct Schedule {
  double interval_ns = 0;  // between two messages of all publishers together
  std::uint64_t publishers = 1;

  [[nodiscard]] std::uint64_t due_ns(std::uint64_t started_ns, std::uint64_t turn) const {
    return started_ns + static_cast<std::uint64_t>(interval_ns * static_cast<double>(turn));
  }
};

class Publisher {
 public:
  static constexpr std::uint64_t kNoBound = std::numeric_limits<std::uint64_t>::max();

  Publisher(Connection connection, const std::string& topic, const Plan& plan, std::uint64_t index);

  Connection& connection() { return connection_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t quota() const { return quota_; }
  [[nodiscard]] std::uint64_t unacknowledged() const { return unacknowledged_; }

  // Let `messages` more be sent, beginning now.
  void begin(std::uint64_t messages, std::uint64_t now_ns);
  void stop() { quota_ = sent_; }
  // One more message is due. Only where there is a schedule.
  void make_due() { ++due_; }
  // All subscribers have the first `count` messages (or as many others).
  void delivered(std::uint64_t count) { delivered_ = count; }

  // Append what may be sent now, but no more at once than one write takes well.
  void produce(std::uint64_t now_ns);
  [[nodiscard]] bool may_send() const { return allowed() != 0; }

  // A packet for the publisher.
  void on_frame(const mqtt::Frame& frame);

 private:
  [[nodiscard]] std::uint64_t allowed() const;
  void append(std::uint64_t sent_ns);

  Connection connection_;
  Schedule schedule_;
  std::uint64_t index_;
  QoS qos_;
  std::uint64_t window_;
  std::uint64_t inflight_;

  Bytes packet_;  // encoded, with an empty stamp and Packet Identifier 1
  std::size_t packet_id_at_ = 0;
  std::size_t payload_at_ = 0;
  bool stamped_ = true;

  std::uint64_t quota_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t delivered_ = 0;
  std::uint64_t unacknowledged_ = 0;
  std::uint64_t phase_began_at_ = 0;  // sent_ at that moment
  std::uint64_t phase_began_ns_ = 0;
  std::uint64_t due_ = kNoBound;  // sent_ may rise to this
};

}  // namespace pint::bench
