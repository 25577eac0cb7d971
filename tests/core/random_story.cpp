#include "random_story.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"

namespace pint::test {

using mqtt::PacketId;
using mqtt::PropertyId;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kTopics = 8;
constexpr std::size_t kSeats = 12;

core::EngineOptions options_for(std::uint64_t seed) {
  core::EngineOptions options;
  options.seed = seed;
  options.observed = {.lifecycle = true, .messages = true, .packets = false};
  options.limits.session_expiry_maximum = 600s;  // so that every day has an end
  options.limits.queue_messages = 20;
  options.limits.inflight = 8;
  return options;
}

}  // namespace

RandomStory::RandomStory(std::uint64_t seed) : random_(seed), engine_(options_for(seed)) {
  seats_.resize(kSeats);
  for (std::size_t i = 0; i < kSeats; ++i) seats_[i].client_id = i == 0 ? "" : "client-" + std::to_string(i);
}

void RandomStory::step() {
  Seat& seat = seats_[random_.below(seats_.size())];
  if (!seat.connection || one_in(40)) connect(seat);  // the second is a takeover
  else act(seat);
  if (one_in(15)) act_as_application();
  if (one_in(10)) pass(Duration{random_.below(20'000) * 1ms});
  settle();
}

void RandomStory::end() {
  for (Seat& seat : seats_) {
    if (seat.connection) cut(seat);
  }
  settle();
  pass(1h);
  settle();
  for (std::uint64_t i = 0; i < kTopics; ++i) {
    (void)engine_.publish({.topic = "t/" + std::to_string(i), .retain = true}, 0, now_);
  }
  for (const core::RuleKey rule : rules_) engine_.remove_rule(rule);
  settle();
}

void RandomStory::connect(Seat& seat) {
  if (seat.connection && seat.client_id.empty()) cut(seat);  // nobody takes over from a nameless client
  constexpr ProtocolVersion kVersions[] = {ProtocolVersion::v3_1, ProtocolVersion::v3_1_1,
                                           ProtocolVersion::v5};
  seat.version = kVersions[random_.below(3)];
  seat.unparsed.clear();
  seat.replies.clear();
  seat.connection = engine_.open({}, now_);
  mqtt::PropertyList properties;
  const std::string topic = random_topic(), payload = random_payload();
  mqtt::Connect connect{.version = seat.version,
                        .clean_start = one_in(3) || seat.client_id.empty(),
                        .keep_alive = static_cast<std::uint16_t>(random_.below(3) * 10),
                        .client_id = seat.client_id,
                        .will = {},
                        .user_name = {},
                        .password = {}};
  if (seat.version == ProtocolVersion::v5) {
    properties.add(PropertyId::session_expiry_interval, static_cast<std::uint32_t>(random_.below(3) * 60));
    if (one_in(2))
      properties.add(PropertyId::receive_maximum, static_cast<std::uint32_t>(1 + random_.below(5)));
    if (one_in(3)) properties.add(PropertyId::topic_alias_maximum, 3);
    if (one_in(4)) properties.add(PropertyId::maximum_packet_size, 300);
    connect.properties = properties.view();
  }
  if (one_in(3)) {
    connect.will = mqtt::WillView{.topic = topic, .payload = as_bytes(payload), .qos = random_qos(),
                                  .retain = one_in(2)};
  }
  send(seat, connect);
}

void RandomStory::act(Seat& seat) {
  const std::uint64_t choice = random_.below(100);
  if (choice < 60) return publish(seat);
  if (choice < 75) return subscribe(seat);
  if (choice < 82) {
    const std::string filter = random_topic();
    return send(seat,
                mqtt::Unsubscribe{.packet_id = PacketId{next_packet_id(seat)}, .topic_filters = {filter}});
  }
  if (choice < 88) return send(seat, mqtt::Pingreq{});
  if (choice < 92) return send(seat, mqtt::Disconnect{});
  if (choice < 97) return cut(seat);
  send_rubbish(seat);
}

void RandomStory::subscribe(Seat& seat) {
  static constexpr const char* kFilters[] = {"#", "t/+", "t/#", "+/1", "$share/g/t/+", "$share/g/t/1"};
  const std::string filter = one_in(2) ? random_topic() : kFilters[random_.below(std::size(kFilters))];
  mqtt::PropertyList properties;
  if (seat.version == ProtocolVersion::v5 && one_in(2)) {
    properties.add(PropertyId::subscription_identifier, static_cast<std::uint32_t>(1 + random_.below(1'000)));
  }
  mqtt::SubscriptionOptions options{.qos = random_qos()};
  if (seat.version == ProtocolVersion::v5) options.retain_as_published = one_in(2);
  send(seat, mqtt::Subscribe{.packet_id = PacketId{next_packet_id(seat)}, .properties = properties.view(),
                             .requests = {{filter, options}}});
}

void RandomStory::publish(Seat& seat) {
  const std::string topic = random_topic(), payload = random_payload();
  mqtt::PropertyList properties;
  if (seat.version == ProtocolVersion::v5) {
    if (one_in(3)) properties.add_user_property("from", seat.client_id);
    if (one_in(4))
      properties.add(PropertyId::message_expiry_interval, static_cast<std::uint32_t>(random_.below(60)));
    if (one_in(4)) properties.add(PropertyId::topic_alias, static_cast<std::uint32_t>(1 + random_.below(3)));
  }
  const QoS qos = random_qos();
  const PacketId id = qos == QoS::at_most_once ? PacketId::none : PacketId{next_packet_id(seat)};
  send(seat, mqtt::Publish{.qos = qos, .retain = one_in(5), .topic = topic, .packet_id = id,
                           .properties = properties.view(), .payload = as_bytes(payload)});
}

void RandomStory::send_rubbish(Seat& seat) {
  Bytes bytes(1 + random_.below(30));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random_.next());
  receive(seat, bytes);
}

void RandomStory::cut(Seat& seat) {
  engine_.lost(seat.connection, DisconnectCause::client_closed, now_);
  seat.connection = {};
}

void RandomStory::act_as_application() {
  switch (random_.below(3)) {
    case 0: rules_.push_back(engine_.add_rule(one_in(2) ? "t/+" : random_topic(), now_)); break;
    case 1:
      if (!rules_.empty()) engine_.remove_rule(rules_[random_.below(rules_.size())]);
      break;
    default:
      (void)engine_.publish({.topic = random_topic(), .payload = random_payload(), .qos = random_qos(),
                             .retain = one_in(4)}, 0, now_);
  }
}

void RandomStory::pass(Duration duration) {
  const Time target = now_ + duration;
  while (engine_.next_deadline() && *engine_.next_deadline() <= target) {
    now_ = std::max(now_, *engine_.next_deadline());
    note(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
    engine_.tick(now_);
    settle();
  }
  now_ = target;
}

void RandomStory::send(Seat& seat, const mqtt::Packet& packet) {
  Bytes bytes;
  mqtt::encode(bytes, packet, seat.version);
  receive(seat, bytes);
}

void RandomStory::receive(Seat& seat, ByteView bytes) {
  const std::size_t first = one_in(4) ? random_.below(bytes.size() + 1) : bytes.size();
  engine_.receive(seat.connection, bytes.first(first), now_);
  engine_.receive(seat.connection, bytes.subspan(first), now_);
}

void RandomStory::settle() {
  do {
    const std::vector<core::ConnectionId> touched(engine_.touched().begin(), engine_.touched().end());
    engine_.clear_touched();
    for (const core::ConnectionId id : touched) drain(id);
    for (const Event& event : engine_.take_events()) note(event.index());
    for (const core::RuleCall& call : engine_.take_rule_calls()) note(call.message->payload());
  } while (send_replies());
}

void RandomStory::drain(core::ConnectionId id) {
  core::Outbox* outbox = engine_.outbox(id);
  if (outbox == nullptr) return;
  Seat* seat = seat_of(id);
  std::array<ByteView, 4> pieces;
  while (!outbox->empty()) {
    const std::size_t count = outbox->gather(pieces);
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      note(id.index);
      note(pieces[i]);
      if (seat != nullptr) arrive(*seat, pieces[i]);
      size += pieces[i].size();
    }
    outbox->consume(size);
    engine_.flushed(id, now_);
  }
  if (!engine_.finished(id)) return;
  engine_.closed(id);
  if (seat != nullptr) seat->connection = {};
}

void RandomStory::arrive(Seat& seat, ByteView bytes) {
  seat.unparsed.insert(seat.unparsed.end(), bytes.begin(), bytes.end());
  ByteView rest = seat.unparsed;
  for (;;) {
    const auto frame = mqtt::next_frame(rest, mqtt::kMaxPacketBytes);
    if (!frame || !frame->has_value()) break;
    const auto packet = mqtt::decode(**frame, seat.version);
    if (packet && !one_in(8)) answer(seat, *packet);  // sometimes it forgets
    rest = rest.subspan((*frame)->bytes.size());
  }
  seat.unparsed.erase(seat.unparsed.begin(), seat.unparsed.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

void RandomStory::answer(Seat& seat, const mqtt::Packet& packet) {
  const auto reply = [&](const mqtt::Packet& with) {
    mqtt::encode(seat.replies.emplace_back(), with, seat.version);
  };
  if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    if (publish->qos == QoS::at_least_once) reply(mqtt::Puback{.packet_id = publish->packet_id});
    if (publish->qos == QoS::exactly_once) reply(mqtt::Pubrec{.packet_id = publish->packet_id});
  } else if (const auto* pubrec = std::get_if<mqtt::Pubrec>(&packet)) {
    if (!is_failure(pubrec->reason)) reply(mqtt::Pubrel{.packet_id = pubrec->packet_id});
  } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
    reply(mqtt::Pubcomp{.packet_id = pubrel->packet_id});
  }
}

bool RandomStory::send_replies() {
  bool any = false;
  for (Seat& seat : seats_) {
    for (const Bytes& bytes : std::exchange(seat.replies, {})) {
      engine_.receive(seat.connection, bytes, now_);
      any = true;
    }
  }
  return any;
}

RandomStory::Seat* RandomStory::seat_of(core::ConnectionId id) {
  const auto found = std::ranges::find(seats_, id, &Seat::connection);
  return found == seats_.end() ? nullptr : &*found;
}

std::string RandomStory::random_topic() { return "t/" + std::to_string(random_.below(kTopics)); }

std::string RandomStory::random_payload() {
  constexpr std::uint64_t kSizes[] = {1, 20, 20, 600, 3'000};
  return std::string(random_.below(kSizes[random_.below(std::size(kSizes))]), 'p');
}

std::uint16_t RandomStory::next_packet_id(Seat& seat) {
  seat.last_packet_id = static_cast<std::uint16_t>(seat.last_packet_id % 200 + 1);
  return seat.last_packet_id;
}

// FNV-1a.
void RandomStory::note(ByteView bytes) {
  for (const std::uint8_t byte : bytes) trace_ = (trace_ ^ byte) * 0x100000001B3;
}

void RandomStory::note(std::uint64_t number) {
  for (int shift = 0; shift < 64; shift += 8) {
    trace_ = (trace_ ^ static_cast<std::uint8_t>(number >> shift)) * 0x100000001B3;
  }
}

}  // namespace pint::test
