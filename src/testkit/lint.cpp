#include "testkit/lint.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>
#include <variant>

#include "base/bytes.hpp"
#include "mqtt/decode.hpp"
#include "mqtt/frame.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;
using Factory = std::unique_ptr<LintConcern> (*)();

constexpr Factory kOfConnection[] = {make_form_concern,   make_identifier_concern, make_text_concern,
                                     make_limits_concern, make_keep_alive_concern, make_subscribing_concern};
constexpr Factory kOfClient[] = {make_connecting_concern, make_reconnecting_concern, make_publishing_concern,
                                 make_acknowledging_concern};
// Clients that are remembered while they are away.
constexpr std::size_t kClientsMaximum = 10'000;

template <std::size_t Size>
std::vector<std::unique_ptr<LintConcern>> make(const Factory (&factories)[Size]) {
  std::vector<std::unique_ptr<LintConcern>> concerns;
  for (const Factory factory : factories) concerns.push_back(factory());
  return concerns;
}

// Names whose connections may still come.
constexpr std::size_t kEarlyFaultsMaximum = 1'000;

Result<mqtt::Packet> decoded(std::string_view bytes, ProtocolVersion version) {
  const auto frame = mqtt::next_frame(as_bytes(bytes), mqtt::kMaxPacketBytes);
  if (!frame) return frame.refusal();
  if (!*frame) return Refusal{ReasonCode::malformed_packet, "The packet is cut short"};
  return mqtt::decode(**frame, version);
}

ProtocolVersion version_of_malformed_connect(std::string_view bytes) {
  const auto frame = mqtt::next_frame(as_bytes(bytes), mqtt::kMaxPacketBytes);
  const std::uint8_t level = frame && *frame ? mqtt::connect_preamble(**frame).level : 0;
  return level == 5 ? ProtocolVersion::v5 : level == 3 ? ProtocolVersion::v3_1 : ProtocolVersion::v3_1_1;
}

LintEvidence evidence_of(const PacketSeen& event, const Moment& moment, std::uint64_t sequence) {
  return {sequence, moment.at, event.bytes.substr(0, kLintBytes)};
}

void learn_from_connack(LintConnection& connection, const mqtt::Connack& connack) {
  if (is_failure(connack.reason)) return;
  const mqtt::PropertyView& properties = connack.properties;
  connection.receive_maximum = properties.number(PropertyId::receive_maximum).value_or(65'535);
  connection.topic_alias_maximum = properties.number(PropertyId::topic_alias_maximum).value_or(0);
  connection.maximum_qos = static_cast<QoS>(properties.number(PropertyId::maximum_qos).value_or(2));
  connection.retain_available = properties.number(PropertyId::retain_available).value_or(1) == 1;
}

}  // namespace

bool Lint::concerns(const Event& event) {
  return std::holds_alternative<ClientConnected>(event) ||
         std::holds_alternative<ClientDisconnected>(event) || std::holds_alternative<ConnectRefused>(event);
}

void Lint::append(const Event& event, const Moment& moment, std::uint64_t sequence) {
  if (const auto* packet = std::get_if<PacketSeen>(&event)) return on_packet(*packet, moment, sequence);
  if (const auto* connected = std::get_if<ClientConnected>(&event)) {
    return on_accepted(*connected, moment, sequence);
  }
  if (const auto* gone = std::get_if<ClientDisconnected>(&event)) {
    return on_ended(gone->client,
                    {.was_accepted = true,
                     .cause = gone->cause,
                     .reason = gone->reason,
                     .explanation = gone->explanation,
                     .time = time_of(moment)},
                    moment, sequence);
  }
  if (const auto* refused = std::get_if<ConnectRefused>(&event)) {
    on_ended(refused->client,
             {.reason = refused->reason, .explanation = refused->explanation, .time = time_of(moment)},
             moment, sequence);
  }
}

void Lint::append_fault(const AppliedFault& fault) {
  const bool everybody = fault.client_id.empty() && fault.remote_address.empty();
  bool found = false;
  for (auto& [address, open] : connections_) {
    const bool concerned = everybody || address == fault.remote_address ||
                           (fault.remote_address.empty() && open.facts.client_id == fault.client_id);
    if (!concerned) continue;
    found = true;
    touch(open, fault.makes_up);
  }
  if (found || everybody) return;
  if (early_faults_.size() >= kEarlyFaultsMaximum) early_faults_.clear();
  bool& early = early_faults_[fault.remote_address.empty() ? fault.client_id : fault.remote_address];
  early = early || fault.makes_up;
}

void Lint::touch(Open& open, bool makes_up) {
  open.facts.touched_by_fault = true;
  if (!makes_up) return;
  open.has_made_up = true;
  open.facts.session_doubtful = true;
  if (open.client != nullptr) open.client->session_doubtful = true;
}

void Lint::apply_early_fault(Open& open, const std::string& name) {
  const auto early = early_faults_.find(name);
  if (early == early_faults_.end()) return;
  touch(open, early->second);
  early_faults_.erase(early);
}

void Lint::turn_ended() {
  for (const std::string& address : connacks_on_way_) {
    const auto found = connections_.find(address);
    if (found != connections_.end()) found->second.facts.connack_on_way = false;
  }
  connacks_on_way_.clear();
}

void Lint::on_packet(const PacketSeen& event, const Moment& moment, std::uint64_t sequence) {
  if (event.bytes.empty()) return;
  Open& open = open_of(event.client);
  LintConnection& connection = open.facts;
  connection.time = time_of(moment);
  const Result<mqtt::Packet> packet = decoded(event.bytes, connection.version);
  const LintPacket seen{.direction = event.direction,
                        .type = static_cast<PacketType>(static_cast<std::uint8_t>(event.bytes[0]) >> 4),
                        .decoded = packet ? &*packet : nullptr,
                        .refusal = packet ? Refusal{} : packet.refusal(),
                        .bytes = event.bytes,
                        .sequence = sequence,
                        .time = connection.time};
  if (seen.received(PacketType::connect)) learn_from_connect(open, seen);
  if (seen.sent(PacketType::connack) && packet) {
    learn_from_connack(connection, std::get<mqtt::Connack>(*packet));
  }
  if (open.client != nullptr) open.client->last_seen = sequence;
  LintEvidence evidence = evidence_of(event, moment, sequence);
  if (seen.direction == Direction::received) connection.last_received = evidence;
  report_.look_at(connection, std::move(evidence));
  for_each_concern(open, [&](LintConcern& concern) { concern.on_packet(seen, connection, report_); });
}

void Lint::repeat(const PacketSeen& event, const Moment& moment, std::uint64_t sequence) {
  Open& open = open_of(event.client);
  if (open.client != nullptr) open.client->last_seen = sequence;
  open.facts.last_received = evidence_of(event, moment, sequence);
}

void Lint::on_accepted(const ClientConnected& event, const Moment& moment, std::uint64_t sequence) {
  Open& open = open_of(event.client);
  attach_client(open, event.client.client_id, sequence);
  LintConnection& connection = open.facts;
  connection.time = time_of(moment);
  connection.version = event.client.version;
  connection.accepted = true;
  connection.connack_on_way = options_.turns_are_told;
  if (options_.turns_are_told) connacks_on_way_.push_back(event.client.remote_address);
  connection.clean_start = event.clean_start;
  connection.session_present = event.session_present;
  connection.keep_alive = event.keep_alive;
  if (!event.session_present) open.client->session_doubtful = connection.session_doubtful = open.has_made_up;
  report_.look_at(connection, {sequence, moment.at});
  for_each_concern(open, [&](LintConcern& concern) { concern.on_accepted(connection, report_); });
}

void Lint::on_ended(const Client& client, const LintEnding& ending, const Moment& moment,
                    std::uint64_t sequence) {
  Open& open = open_of(client);
  open.facts.time = ending.time;
  report_.look_at(open.facts, {sequence, moment.at});
  for_each_concern(open, [&](LintConcern& concern) { concern.on_ended(ending, open.facts, report_); });
  if (open.client != nullptr) {
    --open.client->open;
    open.client->last_seen = sequence;
    open.client->lost_something = open.client->lost_something || !ending.by_disconnect();
  } else {
    lost_unnamed_ = true;
  }
  connections_.erase(client.remote_address);
}

void Lint::learn_from_connect(Open& open, const LintPacket& packet) {
  if (open.facts.connect_seen) return;
  if (packet.decoded == nullptr) {
    open.facts.version = version_of_malformed_connect(packet.bytes);
    return;
  }
  const auto& connect = std::get<mqtt::Connect>(*packet.decoded);
  open.facts.connect_seen = true;
  open.facts.version = connect.version;
  open.facts.clean_start = connect.clean_start;
  if (!connect.client_id.empty()) attach_client(open, connect.client_id, packet.sequence);
}

void Lint::attach_client(Open& open, std::string_view client_id, std::uint64_t sequence) {
  if (open.client != nullptr) return;
  if (clients_.size() >= kClientsMaximum && clients_.find(client_id) == clients_.end()) forget_a_client();
  Known& client = clients_[std::string(client_id)];
  if (client.concerns.empty()) client.concerns = make(kOfClient);
  open.client = &client;
  open.facts.client_id = client_id;
  open.facts.first_of_client = client.open == 0 && !client.lost_something && !lost_unnamed_;
  open.facts.session_doubtful = open.facts.session_doubtful || client.session_doubtful;
  client.last_seen = sequence;
  ++client.open;
  if (open.has_made_up) client.session_doubtful = true;
  apply_early_fault(open, open.facts.client_id);
}

Lint::Open& Lint::open_of(const Client& client) {
  const auto found = connections_.find(client.remote_address);
  if (found != connections_.end()) return found->second;
  Open& open = connections_[client.remote_address];
  open.concerns = make(kOfConnection);
  open.facts.number = ++connections_seen_;
  open.facts.remote_address = client.remote_address;
  open.facts.version = client.version;
  apply_early_fault(open, client.remote_address);
  return open;
}

void Lint::forget_a_client() {
  auto longest_away = clients_.end();
  for (auto at = clients_.begin(); at != clients_.end(); ++at) {
    if (at->second.open > 0) continue;
    if (longest_away == clients_.end() || at->second.last_seen < longest_away->second.last_seen) {
      longest_away = at;
    }
  }
  if (longest_away == clients_.end()) return;
  clients_.erase(longest_away);
  lost_unnamed_ = true;  // it may come back, and what it sends again is then not known
}

Duration Lint::time_of(const Moment& moment) const {
  if (options_.clock == LintClock::broker) return moment.at;
  return std::chrono::duration_cast<Duration>(moment.wall.time_since_epoch());
}

template <class Call>
void Lint::for_each_concern(Open& open, Call call) {
  for (const auto& concern : open.concerns) call(*concern);
  if (open.client == nullptr) return;
  for (const auto& concern : open.client->concerns) call(*concern);
}

}  // namespace pint::testkit
