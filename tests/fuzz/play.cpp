#include "fuzz/play.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "fuzz/scripted_packets.hpp"
#include "mqtt/topic.hpp"

namespace pint::fuzz {

using namespace std::chrono_literals;

namespace {

constexpr int kStepsMax = 400;

core::Loss loss_of(std::uint8_t bits) {
  return {.sessions = (bits & 1) != 0, .retained = (bits & 2) != 0, .inflight = (bits & 4) != 0};
}

class Play {
 public:
  Play(Reader& script, EngineWorld& world) : script_(script), world_(world) {}

  void act() {
    const unsigned action = script_.u8();
    Seat& seat = world_.seat(script_.u8());
    if (action < 160) return act_as_client(seat, action % 16);
    act_as_application(action % 12);
  }

 private:
  [[nodiscard]] ProtocolVersion version_of(const Seat& seat) const {
    return seat.version.value_or(ProtocolVersion::v5);
  }

  void act_as_client(Seat& seat, unsigned action) {
    const ScriptedPackets packets(script_);
    switch (action) {
      case 0:
      case 1: return connect(seat);
      case 2:
      case 3:
      case 4: return packets.publish(version_of(seat), [&](const auto& p) { send(seat, p); });
      case 5:
      case 6: return packets.subscribe(version_of(seat), [&](const auto& p) { send(seat, p); });
      case 7: return packets.unsubscribe(version_of(seat), [&](const auto& p) { send(seat, p); });
      case 8: return packets.acknowledge(version_of(seat), [&](const auto& p) { send(seat, p); });
      case 9: return packets.end(version_of(seat), [&](const auto& p) { send(seat, p); });
      case 10: return world_.give(seat, mqtt::Pingreq{}, version_of(seat));
      case 11:
        for (unsigned times = script_.u8() % 8; times > 0; --times) world_.answer(seat);
        return;
      case 12: return world_.read(seat, script_.u16());
      case 13: seat.slow = !seat.slow; return;
      case 14:
        return world_.lose(
            seat, script_.u8() % 2 == 0 ? DisconnectCause::client_closed : DisconnectCause::transport_failed);
      default: return send_raw(seat);
    }
  }

  void connect(Seat& seat) {
    if (script_.u8() % 8 != 0 || !seat.id) world_.open(seat);  // else a second CONNECT, or a late one
    ScriptedPackets(script_).connect([&](const mqtt::Connect& packet) { send(seat, packet); });
  }

  // In one piece or two, as a byte of the script says.
  void send(Seat& seat, const mqtt::Packet& packet) {
    Bytes bytes;
    mqtt::encode(bytes, packet, version_of(seat));
    const std::size_t first = std::min<std::size_t>(bytes.size(), script_.u8());
    world_.give(seat, ByteView(bytes).first(first));
    world_.give(seat, ByteView(bytes).subspan(first));
  }

  // Bytes as they stand in the script.
  void send_raw(Seat& seat) {
    const std::size_t size = std::min<std::size_t>(script_.u8(), script_.rest().size());
    world_.give(seat, script_.take(size));
  }

  void act_as_application(unsigned action) {
    core::Engine& engine = world_.engine();
    const std::string client = scripted_client_id(script_.u8());
    switch (action) {
      case 0:
      case 1: return publish();
      case 2: return world_.add_rule(scripted_filter(script_.u8()));
      case 3: return world_.remove_rule(script_.u8());
      case 4: (void)engine.disconnect(client, ReasonCode::administrative_action, world_.now()); return;
      case 5: (void)engine.expire_keep_alive(client, world_.now()); return;
      case 6: (void)engine.cut(client, script_.u8() % 2 != 0, world_.now()); return;
      case 7: return engine.restart(loss_of(script_.u8()), world_.now());
      case 8:
      case 9: return world_.pass(script_.u16() * 1ms);
      case 10: return world_.pass(script_.u8() * 5s);
      default: return world_.jump(script_.u8() * 5s);
    }
  }

  void publish() {
    Message message{.topic = scripted_topic(script_.u8()), .payload = scripted_payload(script_.u8())};
    const unsigned bits = script_.u8();
    message.qos = static_cast<QoS>(bits % 3);
    message.retain = (bits & 0x10) != 0;
    if ((bits & 0x20) != 0) message.properties.message_expiry = std::chrono::seconds(script_.u8());
    if (mqtt::is_topic_name(message.topic)) (void)world_.engine().publish(message, 0, world_.now());
  }

  Reader& script_;
  EngineWorld& world_;
};

}  // namespace

ConnectDecision Doorkeeper::connect(const ConnectRequest& request) {
  if (request.user_name == "nobody") return {.reason = ReasonCode::not_authorized};
  return {};
}

AuthDecision Doorkeeper::authenticate(const AuthRequest& request) {
  if (request.method != "method") return {};
  if (request.step == 0) return {.reason = ReasonCode::continue_authentication};
  return {.reason = ReasonCode::success};
}

ReasonCode Doorkeeper::publish(const PublishRequest& request) {
  return request.topic == "a/no" ? ReasonCode::not_authorized : ReasonCode::success;
}

ReasonCode Doorkeeper::subscribe(const SubscribeRequest& request) {
  return request.topic_filter == "a/no" ? ReasonCode::not_authorized : ReasonCode::granted_qos_1;
}

core::EngineOptions scripted_options(Reader& script) {
  const unsigned bits = script.u16();
  const auto chosen = [&](unsigned bit, auto one, auto other) {
    return (bits >> bit & 1) != 0 ? one : other;
  };
  using Small = std::uint16_t;
  core::EngineOptions options;
  options.seed = 1;
  options.observed = {.lifecycle = true, .messages = true, .packets = chosen(0, true, false)};
  options.sys_interval = chosen(1, 60s, 0s);
  options.separate_wire_time = chosen(2, true, false);
  Limits& limits = options.limits;
  limits.connections = chosen(3, 2u, 100u);
  limits.maximum_packet_size = chosen(4, 100u, 4'000u);
  limits.receive_maximum = chosen(5, Small{2}, Small{100});
  limits.inflight = chosen(6, Small{2}, Small{20});
  limits.queue_messages = chosen(7, 3u, 50u);
  limits.queue_bytes = chosen(8, 1'000u, 100'000u);
  limits.outbox_bytes = chosen(9, 2'000u, 100'000u);
  limits.subscriptions_per_client = chosen(10, 2u, 100u);
  limits.retained_messages = chosen(11, 2u, 100u);
  limits.memory_bytes = chosen(12, 20'000u, 1u << 30);
  limits.topic_alias_maximum = chosen(13, Small{0}, Small{3});
  limits.outgoing_topic_aliases = chosen(13, Small{0}, Small{3});
  limits.keep_alive_maximum = chosen(14, 20s, 0s);
  limits.session_expiry_maximum = 600s;  // so that every script has an end
  limits.rule_hops = 2;
  if ((bits >> 15 & 1) == 0) return options;
  options.features = {.maximum_qos = QoS::at_least_once,
                      .wildcard_subscription_available = false,
                      .response_information = "answer"};
  return options;
}

void play(Reader& script, EngineWorld& world) {
  Play play(script, world);
  for (int step = 0; step < kStepsMax && !script.empty() && !script.failed(); ++step) {
    play.act();
    world.settle();
  }
}

}  // namespace pint::fuzz
