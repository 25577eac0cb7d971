// RandomStory: a broker's day from one seed. Clients of all versions come, subscribe, publish, fall silent,
// vanish and return; some send rubbish; the application publishes and has rules; time passes. Every byte the
// engine sends, and every event it tells, goes into a hash.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "core/engine.hpp"
#include "mqtt/packet.hpp"

namespace pint::test {

class RandomStory {
 public:
  explicit RandomStory(std::uint64_t seed);

  // One thing happens, and all that follows from it.
  void step();
  // Everybody leaves, what was stored is removed, and time passes until no Session is left.
  void end();

  // What has been seen so far, in one number.
  [[nodiscard]] std::uint64_t trace() const { return trace_; }
  [[nodiscard]] core::Engine& engine() { return engine_; }

 private:
  struct Seat {
    std::string client_id;
    ProtocolVersion version = ProtocolVersion::v5;
    core::ConnectionId connection;
    Bytes unparsed;
    std::vector<Bytes> replies;
    std::uint16_t last_packet_id = 0;
  };

  void connect(Seat& seat);
  void act(Seat& seat);
  void subscribe(Seat& seat);
  void publish(Seat& seat);
  void send_rubbish(Seat& seat);
  void cut(Seat& seat);
  void act_as_application();
  void pass(Duration duration);

  void send(Seat& seat, const mqtt::Packet& packet);
  void receive(Seat& seat, ByteView bytes);  // in one portion or two
  void settle();
  void drain(core::ConnectionId id);
  void arrive(Seat& seat, ByteView bytes);
  void answer(Seat& seat, const mqtt::Packet& packet);
  [[nodiscard]] bool send_replies();
  [[nodiscard]] Seat* seat_of(core::ConnectionId id);

  [[nodiscard]] bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  [[nodiscard]] std::string random_topic();
  [[nodiscard]] std::string random_payload();
  [[nodiscard]] QoS random_qos() { return static_cast<QoS>(random_.below(3)); }
  [[nodiscard]] std::uint16_t next_packet_id(Seat& seat);
  void note(ByteView bytes);
  void note(std::uint64_t number);

  Random random_;
  core::Engine engine_;
  Time now_{std::chrono::seconds{1'000}};
  std::vector<Seat> seats_;
  std::vector<core::RuleKey> rules_;
  std::uint64_t trace_ = 0xCBF29CE484222325;
};

}  // namespace pint::test
