// Traffic: publishers and subscribers in one thread and one loop, as scenarios throughput and latency need
// them.
//
//   turn: wait ─▶ read subscribers and acknowledgements ─▶ what is due by the schedule ─▶ send what may be
//   sent
//
// A phase sends so many messages, or for so long, and ends when all have arrived and every handshake is
// finished, or when nothing has come for the plan's patience: then the rest is lost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/poller.hpp"
#include "bench/publisher.hpp"
#include "bench/subject.hpp"
#include "bench/subscriber.hpp"

namespace pint::bench {

class Traffic {
 public:
  // Connect and subscribe all. Throws Trouble.
  explicit Traffic(Subject& subject);

  // Send `messages` in all, or as many as go in `duration` if it is 0. Ends with the phase.
  void run_phase(std::uint64_t messages, std::chrono::milliseconds duration);

  // About the last phase: deliveries, when the last of them was, and how long they took.
  [[nodiscard]] std::uint64_t deliveries() const { return received_ - received_before_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_ - sent_before_; }
  [[nodiscard]] std::uint64_t ended_ns() const { return progress_ns_; }
  [[nodiscard]] const Histogram& latency() const { return latency_; }
  // About all phases.
  [[nodiscard]] Findings findings() const;
  [[nodiscard]] std::uint64_t unfinished_handshakes() const;

 private:
  void connect_publishers(const std::string& topics);
  void connect_subscribers(const std::string& topics);
  void begin_phase(std::uint64_t messages);
  void stop_sending();
  void turn(std::uint64_t deadline_ns);
  [[nodiscard]] std::uint64_t wait_ns(std::uint64_t deadline_ns) const;
  void make_due();
  void read_subscribers();
  bool read_subscriber(Subscriber& subscriber);
  void take(const Arrival& arrival);
  void read_publisher(std::uint32_t index);
  void send();
  void queue_publisher(std::uint32_t index);
  void queue_subscriber(std::uint32_t index);
  void update_delivered(std::uint32_t publisher);
  [[nodiscard]] bool all_arrived() const;
  [[nodiscard]] std::string progress_text() const;

  const Plan& plan_;
  Subject& subject_;
  Poller poller_;
  Bytes scratch_;
  std::vector<Publisher> publishers_;
  std::vector<Subscriber> subscribers_;
  std::uint64_t copies_ = 1;  // of each message

  // Publishers that may have something to send, and subscribers with something to read; each at most once.
  std::vector<std::uint32_t> to_send_;
  std::vector<std::uint32_t> to_read_;
  std::vector<std::uint32_t> turn_list_;
  std::vector<bool> send_queued_;
  std::vector<bool> read_queued_;

  Histogram latency_;
  Schedule schedule_;
  std::uint64_t due_ = 0;  // messages of this phase that were due so far
  std::uint64_t quota_ = 0;
  std::uint64_t began_ns_ = 0;
  std::uint64_t now_ns_ = 0;
  std::uint64_t progress_ns_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t sent_before_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t received_before_ = 0;
};

}  // namespace pint::bench
