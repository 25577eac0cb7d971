// Scene: an engine, virtual time, and clients with names. A test tells a story in it: connect, subscribe,
// publish, cut, advance; then looks at what each client received. No sockets, no threads, no waiting: when a
// call returns, everything it caused has happened.
//
// Peers speak the wire: every byte goes through encode and decode. They acknowledge QoS 1 and 2 by themselves
// unless told to be manual().
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "core/engine.hpp"
#include "mqtt/packet.hpp"

namespace pint {

// How GoogleTest shows them.
inline void PrintTo(ReasonCode reason, std::ostream* out) { *out << name_of(reason); }
inline void PrintTo(DisconnectCause cause, std::ostream* out) { *out << name_of(cause); }

}  // namespace pint

namespace pint::test {

using namespace std::chrono_literals;
using std::chrono::seconds;

struct WillTerms {
  std::string topic;
  std::string payload;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  std::optional<seconds> delay = {};
  std::optional<seconds> message_expiry = {};
  std::vector<UserProperty> user_properties = {};
  mqtt::PropertyList more_properties = {};
  bool manual = false;  // not told to the broker: the peer is manual() from its first packet on
};

// What a CONNECT says. Absent properties are not sent; properties are left out in 3.x.
struct ConnectTerms {
  ProtocolVersion version = ProtocolVersion::v5;
  bool clean_start = true;
  std::uint16_t keep_alive = 0;
  std::optional<WillTerms> will = {};
  std::optional<std::uint32_t> session_expiry = {};  // s
  std::optional<std::uint16_t> receive_maximum = {};
  std::optional<std::uint32_t> maximum_packet_size = {};
  std::optional<std::uint16_t> topic_alias_maximum = {};
  std::optional<bool> request_problem_information = {};
  std::optional<bool> request_response_information = {};
  std::optional<std::string> user_name = {};
  std::optional<std::string> password = {};
  std::optional<std::string> authentication_method = {};
  std::optional<std::string> authentication_data = {};
  mqtt::PropertyList more_properties = {};
  bool manual = false;  // not told to the broker: the peer is manual() from its first packet on
};

// A PUBLISH a peer sends.
struct PublishTerms {
  std::string topic;
  std::string payload;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  bool duplicate = false;
  std::uint16_t packet_id = 0;  // 0: the peer's next one
  mqtt::PropertyList properties = {};
};

// A PUBLISH a peer received, without its Packet Identifier: what most tests compare.
struct Arrived {
  std::string topic;
  std::string payload;
  QoS qos = QoS::at_most_once;
  bool retain = false;
  bool duplicate = false;
  friend bool operator==(const Arrived&, const Arrived&) = default;
};
std::ostream& operator<<(std::ostream& out, const Arrived& arrived);

// The list of one (or more) arrived messages, for EXPECT_EQ.
using Arrivals = std::vector<Arrived>;
Arrivals one(std::string topic, std::string payload, QoS qos = QoS::at_most_once);
// Only their payloads, "1 2 3": where nothing but order or number matters.
std::string payloads_of(const Arrivals& arrivals);

class Scene;

// A client of the scene. References stay good as long as the scene.
class Peer {
 public:
  Peer(Scene& scene, ProtocolVersion version) : scene_(scene), version_(version) {}

  // Do not acknowledge by yourself.
  Peer& manual() {
    manual_ = true;
    return *this;
  }

  // Leave what the broker sends in its outbox, or take it from there again.
  Peer& stop_reading();
  Peer& read_on();

  // Send, and let everything happen that follows.
  Peer& send(const mqtt::Packet& packet);
  Peer& send_raw(std::string_view bytes);
  Peer& send_raw(std::initializer_list<int> bytes);
  Peer& send_connect(std::string_view client_id, const ConnectTerms& terms = {});
  Peer& subscribe(std::string_view filter, mqtt::SubscriptionOptions options = {.qos = QoS::exactly_once},
                  std::uint32_t identifier = 0);  // and takes the SUBACK off, which must grant
  Peer& unsubscribe(std::string_view filter);     // and takes the UNSUBACK off
  Peer& publish(PublishTerms terms);              // QoS > 0: acknowledgements stay to be looked at if manual
  Peer& publish(std::string_view topic, std::string_view payload, QoS qos = QoS::at_most_once,
                bool retain = false);
  Peer& disconnect(ReasonCode reason = ReasonCode::normal_disconnection,
                   std::optional<std::uint32_t> expiry = {});

  // Take the next packet, which must be of this type; otherwise the test fails and an empty packet is given.
  template <class T>
  T expect() {
    const mqtt::Packet* packet = take();
    if (packet == nullptr) {
      ADD_FAILURE() << "expected a packet, but none is there"
                    << (closed_ ? " (and the connection is closed)" : "");
      return {};
    }
    if (const T* wanted = std::get_if<T>(packet)) return *wanted;
    ADD_FAILURE() << "expected another packet than " << mqtt::name_of(mqtt::type_of(*packet));
    return {};
  }
  // Take the first packet of this type, leaving what stands before it.
  template <class T>
  T expect_among() {
    for (std::size_t i = 0; i < inbox_.size(); ++i) {
      if (!std::holds_alternative<T>(inbox_[i].packet)) continue;
      taken_.push_back(std::move(inbox_[i]));
      inbox_.erase(inbox_.begin() + static_cast<std::ptrdiff_t>(i));
      return std::get<T>(taken_.back().packet);
    }
    return expect<T>();
  }
  // Take every PUBLISH that is there, leaving other packets.
  Arrivals received();
  std::vector<mqtt::Publish> publishes();  // the same, with all there is to them
  // The bytes of everything that is there, taken.
  std::string received_bytes();
  // How many packets are there to be taken.
  [[nodiscard]] std::size_t pending() const { return inbox_.size(); }
  [[nodiscard]] bool silent() const { return inbox_.empty(); }
  // The broker closed the connection.
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] core::ConnectionId id() const { return id_; }
  [[nodiscard]] ProtocolVersion version() const { return version_; }
  [[nodiscard]] Scene& scene() { return scene_; }
  [[nodiscard]] std::uint16_t next_packet_id() { return ++last_packet_id_; }
  [[nodiscard]] mqtt::PacketId last_packet_id() const { return mqtt::PacketId{last_packet_id_}; }

 private:
  friend class Scene;
  struct Item {
    std::unique_ptr<Bytes> bytes;  // what the packet borrows from; never freed while the peer lives
    mqtt::Packet packet;
  };
  const mqtt::Packet* take();
  void arrive(ByteView bytes);
  void acknowledge(const mqtt::Packet& packet);

  Scene& scene_;
  ProtocolVersion version_;
  core::ConnectionId id_{};
  Bytes unparsed_;
  std::deque<Item> inbox_;
  std::vector<Item> taken_;
  std::vector<Bytes> to_send_;
  std::uint16_t last_packet_id_ = 0;
  bool manual_ = false;
  bool reading_ = true;
  bool closed_ = false;
};

// The broker ended the connection for this reason and sent nothing else: in 5.0 DISCONNECT says so, in 3.x
// nothing.
void expect_ended(Peer& peer, ReasonCode reason);

class Scene {
 public:
  explicit Scene(core::EngineOptions options = defaults(), Policy* policy = nullptr,
                 core::Interceptor* interceptor = nullptr);

  // Open a transport and send nothing yet.
  Peer& open(ProtocolVersion version = ProtocolVersion::v5);
  // Open, CONNECT, and take the CONNACK off, which must accept.
  Peer& connect(std::string_view client_id, const ConnectTerms& terms = {});
  // The same, giving the CONNACK.
  Peer& connect(std::string_view client_id, const ConnectTerms& terms, mqtt::Connack& connack);

  // Open, CONNECT, and give the reason of the CONNACK, which must refuse and be followed by closing.
  ReasonCode refused(std::string_view client_id, const ConnectTerms& terms = {});

  // The transport breaks, without DISCONNECT.
  Scene& cut(Peer& peer, DisconnectCause cause = DisconnectCause::client_closed);
  // Time passes; every deadline on the way is met at its own time.
  Scene& advance(Duration duration);
  Scene& publish(Message message, std::uint8_t hops = 0);
  // Everything that happened so far has its consequences.
  void settle();

  [[nodiscard]] core::Engine& engine() { return engine_; }
  [[nodiscard]] Time now() const { return now_; }
  // Events so far of one kind, in order; they stay.
  template <class T>
  std::vector<T> events() const {
    std::vector<T> out;
    for (const Event& event : events_) {
      if (const T* wanted = std::get_if<T>(&event)) out.push_back(*wanted);
    }
    return out;
  }
  [[nodiscard]] const std::vector<Event>& all_events() const { return events_; }
  [[nodiscard]] const std::vector<core::RuleCall>& rule_calls() const { return rule_calls_; }
  [[nodiscard]] std::uint64_t dropped(DropCause cause) const;
  [[nodiscard]] std::uint64_t limit_hits(std::string_view limit) const;

  // Options for tests: every kind of event observed, $SYS off, seed 1.
  static core::EngineOptions defaults();

 private:
  friend class Peer;
  void input(Peer& peer, ByteView bytes);
  bool drain_once();

  core::Engine engine_;
  Time now_{seconds{1'000}};
  std::deque<Peer> peers_;
  std::vector<Event> events_;
  std::vector<core::RuleCall> rule_calls_;
};

}  // namespace pint::test
