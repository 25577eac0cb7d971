// Client: a random client of the simulation, with the state a real one has: what it has published and not yet
// seen acknowledged, which QoS 2 messages it holds, its Packet Identifiers and Topic Aliases. It speaks
// through the codec. It knows nothing of the oracle, and answers as the standard wants, unless told to hold
// its answers back.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"
#include "sim/chance.hpp"

namespace pint::sim {

class Client {
 public:
  explicit Client(unsigned number);

  // Each gives the bytes to send, possibly none.
  [[nodiscard]] Bytes connect(Chance& chance);
  [[nodiscard]] Bytes connect_calmly();  // keeps the Session, accepts everything, leaves no Will
  [[nodiscard]] Bytes publish(Chance& chance, std::string payload);
  [[nodiscard]] Bytes publish_retained(const std::string& topic, std::string_view payload, QoS qos);
  [[nodiscard]] Bytes subscribe(Chance& chance);
  [[nodiscard]] Bytes unsubscribe(Chance& chance);
  [[nodiscard]] Bytes ping();
  [[nodiscard]] Bytes disconnect(Chance& chance);
  [[nodiscard]] Bytes misbehave(Chance& chance);
  // What the broker sent, in any portions; gives the answers.
  [[nodiscard]] Bytes receive(ByteView bytes);

  void hold_answers() { holding_ = true; }
  [[nodiscard]] Bytes give_answers();
  void disconnected();  // the connection is over
  void forget();        // the Session of its side is lost

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] bool broken() const { return broken_; }  // it could not read what the broker sent

 private:
  struct Unacknowledged {
    std::uint16_t packet_id = 0;
    QoS qos{};
    bool retain = false;
    bool released = false;
    std::string topic = {}, payload = {};
    Bytes properties = {};
  };
  [[nodiscard]] Bytes encoded(const mqtt::Packet& packet) const;
  [[nodiscard]] std::uint16_t next_packet_id();
  void take(const mqtt::Packet& packet, Bytes& answers);
  void take_connack(const mqtt::Connack& connack, Bytes& answers);
  void resend(Bytes& answers);
  [[nodiscard]] Unacknowledged* find(mqtt::PacketId id);

  std::string id_;
  ProtocolVersion version_ = ProtocolVersion::v5;
  bool asked_expiry_ = false;
  bool holding_ = false;
  bool broken_ = false;
  Bytes unparsed_;
  Bytes held_;
  std::deque<Unacknowledged> outgoing_;
  std::set<std::uint16_t> incoming_;
  std::map<std::uint32_t, std::string> aliases_;
  std::uint32_t alias_maximum_ = 0;
  std::uint32_t receive_maximum_ = 65'535;
  std::uint32_t maximum_packet_size_ = mqtt::kMaxVarint;
  std::uint16_t last_packet_id_ = 0;
};

[[nodiscard]] std::string random_topic(Chance& chance);
[[nodiscard]] std::string random_filter(Chance& chance);
[[nodiscard]] QoS random_qos(Chance& chance);

}  // namespace pint::sim
