// A conversation between one client and a broker, event by event as a broker would tell it, read by the lint.
// Each connection comes from an address of its own. CONNECT, CONNACK and "connected" are records #1 to #3 of
// a new conversation; the first packet after them is #4.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "samples.hpp"
#include "testkit/lint.hpp"

namespace pint::test {

using namespace std::chrono_literals;

struct ConversationTerms {
  bool clean_start = true;
  bool session_present = false;
  std::uint16_t keep_alive = 60;
  mqtt::PropertyList connect = {};
  mqtt::PropertyList connack = {};
};

class Conversation {
 public:
  explicit Conversation(ProtocolVersion version = ProtocolVersion::v5, std::string client_id = "dev-1",
                        testkit::LintBounds bounds = {})
      : lint_({.turns_are_told = true, .bounds = bounds}), client_(client(std::move(client_id), version)) {}

  Conversation& connect(const ConversationTerms& terms = {}) { return ask(terms).accept(terms); }
  // CONNECT alone.
  Conversation& ask(const ConversationTerms& terms = {}) {
    client_.remote_address = "127.0.0.1:" + std::to_string(++port_);
    return in(mqtt::Connect{.version = client_.version,
                            .clean_start = terms.clean_start,
                            .keep_alive = terms.keep_alive,
                            .properties = terms.connect.view(),
                            .client_id = client_.client_id});
  }
  // What follows it. Packets that come before next_turn() were sent before CONNACK was there.
  Conversation& accept_in_this_turn(const ConversationTerms& terms = {}) {
    out(mqtt::Connack{.session_present = terms.session_present, .properties = terms.connack.view()});
    tell(ClientConnected{.client = client_,
                         .clean_start = terms.clean_start,
                         .session_present = terms.session_present,
                         .keep_alive = std::chrono::seconds{terms.keep_alive}});
    return *this;
  }
  Conversation& accept(const ConversationTerms& terms = {}) { return accept_in_this_turn(terms).next_turn(); }
  Conversation& next_turn() {
    lint_.turn_ended();
    return *this;
  }

  Conversation& in(const mqtt::Packet& packet) { return tell(received(client_, packet)); }
  Conversation& in_raw(std::string bytes) {
    return tell(PacketSeen{client_, Direction::received, std::move(bytes)});
  }
  Conversation& out(const mqtt::Packet& packet) { return tell(sent(client_, packet)); }

  Conversation& gone(DisconnectCause cause = DisconnectCause::client_closed,
                     ReasonCode reason = ReasonCode::success, std::string explanation = {}) {
    return tell(ClientDisconnected{
        .client = client_, .cause = cause, .reason = reason, .explanation = std::move(explanation)});
  }
  Conversation& disconnect() { return in(mqtt::Disconnect{}).gone(DisconnectCause::client_disconnected); }
  Conversation& refused(ReasonCode reason = ReasonCode::server_busy) {
    return tell(ConnectRefused{client_, reason, ""});
  }
  Conversation& wait(std::chrono::milliseconds time) {
    now_ += time;
    return *this;
  }
  // Only the broker's clock moves.
  Conversation& advance(std::chrono::milliseconds time) {
    broker_ahead_ += time;
    return *this;
  }
  // Packets are lost, or made up.
  Conversation& loss() { return fault(false); }
  Conversation& forgery() { return fault(true); }

  [[nodiscard]] testkit::Lint& lint() { return lint_; }
  [[nodiscard]] const std::vector<Finding>& findings() const { return lint_.findings(); }
  // "dup-missing 5:3.3.1-1 #6" for each: rule, version and number of the clause, record.
  [[nodiscard]] std::vector<std::string> found() const {
    std::vector<std::string> out;
    for (const Finding& finding : lint_.findings()) {
      std::string text = finding.rule;
      const std::string& clause = finding.clause;
      if (clause.starts_with("MQTT-")) text += " 5:" + clause.substr(5);
      if (clause.starts_with("MQTT3-")) text += " 3:" + clause.substr(6);
      out.push_back(text + " #" + std::to_string(finding.sequence));
    }
    return out;
  }

 private:
  Conversation& tell(const Event& event) {
    testkit::Moment moment = after(now_);
    moment.at += broker_ahead_;
    lint_.append(event, moment, ++sequence_);
    return *this;
  }

  Conversation& fault(bool makes_up) {
    lint_.append_fault({.name = "a fault", .what = "", .client_id = client_.client_id, .makes_up = makes_up});
    return *this;
  }

  testkit::Lint lint_;
  Client client_;
  std::chrono::milliseconds now_{0};
  std::chrono::milliseconds broker_ahead_{0};
  std::uint64_t sequence_ = 0;
  int port_ = 40'000;
};

using Found = std::vector<std::string>;

// What most conversations are made of. Packets of MQTT have no time; ids are the test's.
inline mqtt::Publish message(int id, std::string_view payload = "x", QoS qos = QoS::at_least_once,
                             bool duplicate = false) {
  return {.duplicate = duplicate,
          .qos = qos,
          .topic = "a/b",
          .packet_id = mqtt::PacketId(id),
          .payload = as_bytes(payload)};
}
inline mqtt::Publish again(mqtt::Publish publish) {
  publish.duplicate = true;
  return publish;
}
inline mqtt::Puback puback(int id) { return {.packet_id = mqtt::PacketId(id)}; }
inline mqtt::Pubrec pubrec(int id, ReasonCode reason = ReasonCode::success) {
  return {.packet_id = mqtt::PacketId(id), .reason = reason};
}
inline mqtt::Pubrel pubrel(int id) { return {.packet_id = mqtt::PacketId(id)}; }
inline mqtt::Pubcomp pubcomp(int id) { return {.packet_id = mqtt::PacketId(id)}; }

// The client wants its Session kept, and had none, or had one.
inline ConversationTerms session_terms(bool present) {
  ConversationTerms terms{.clean_start = false, .session_present = present};
  terms.connect.add(mqtt::PropertyId::session_expiry_interval, 60);
  return terms;
}
inline const ConversationTerms kKept = session_terms(false);
inline const ConversationTerms kResumed = session_terms(true);

}  // namespace pint::test
