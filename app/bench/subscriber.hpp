// Subscriber: one client that takes messages, answers as their QoS wants, and checks what each publisher's
// messages lack. It may be a slow one, that reads only so many a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/connection.hpp"
#include "bench/plan.hpp"
#include "bench/sequence_check.hpp"
#include "bench/stamp.hpp"

namespace pint::bench {

// A message as it came: whose, which, and when it was sent.
struct Arrival {
  std::uint64_t publisher = 0;
  Stamp stamp;
  bool first_time = false;
};

class Subscriber {
 public:
  // Messages of the publishers `first`, `first` + 1, … are for it; their Topic Names are `topics` and the
  // publisher's number.
  Subscriber(Connection connection, std::string topics, std::uint64_t first, std::uint64_t publishers,
             const Plan& plan);

  Connection& connection() { return connection_; }

  // A packet for the subscriber; `visit(arrival)` is called if it is a message of a publisher it knows.
  template <class Visitor>
  void on_frame(const mqtt::Frame& frame, Visitor visit) {
    if (frame.type() != PacketType::publish) return on_other(frame);
    if (const std::optional<Arrival> arrival = take(frame)) visit(*arrival);
  }

  // How many bytes may be read now, so that a slow one stays slow.
  [[nodiscard]] std::size_t readable_bytes(std::uint64_t now_ns) const;
  void begin(std::uint64_t now_ns);

  // Different messages of the publisher that have come.
  [[nodiscard]] std::uint64_t received(std::uint64_t publisher) const {
    return streams_[publisher - first_].received();
  }
  // QoS 2: messages whose PUBREL has not come.
  [[nodiscard]] std::uint64_t unreleased() const { return unreleased_; }
  [[nodiscard]] std::uint64_t first_publisher() const { return first_; }
  // What went wrong with one publisher, of whom `sent` messages are waited for.
  [[nodiscard]] Findings findings(std::uint64_t publisher, std::uint64_t sent) const {
    return streams_[publisher - first_].findings(sent);
  }
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }
  [[nodiscard]] std::uint64_t publishers() const { return streams_.size(); }

 private:
  [[nodiscard]] std::optional<Arrival> take(const mqtt::Frame& frame);
  void on_other(const mqtt::Frame& frame);
  void acknowledge(const mqtt::Publish& publish);
  [[nodiscard]] std::optional<std::uint64_t> publisher_of(std::string_view topic) const;

  Connection connection_;
  std::string topics_;
  std::uint64_t first_;
  std::vector<SequenceCheck> streams_;
  Bytes payload_;  // as it was sent
  std::uint64_t unknown_ = 0;
  std::uint64_t unreleased_ = 0;
  std::uint64_t rate_;  // messages a second, 0: no bound
  std::uint64_t began_ns_ = 0;
  std::uint64_t read_ = 0;  // messages since then
};

}  // namespace pint::bench
