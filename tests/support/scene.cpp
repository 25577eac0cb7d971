#include "support/scene.hpp"

#include <array>
#include <utility>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"

namespace pint::test {

using mqtt::PropertyId;

namespace {

void add_connect_properties(mqtt::PropertyList& out, const ConnectTerms& terms) {
  const auto add = [&out](PropertyId id, const auto& value) {
    if (value) out.add(id, static_cast<std::uint32_t>(*value));
  };
  add(PropertyId::session_expiry_interval, terms.session_expiry);
  add(PropertyId::receive_maximum, terms.receive_maximum);
  add(PropertyId::maximum_packet_size, terms.maximum_packet_size);
  add(PropertyId::topic_alias_maximum, terms.topic_alias_maximum);
  add(PropertyId::request_problem_information, terms.request_problem_information);
  add(PropertyId::request_response_information, terms.request_response_information);
  if (terms.authentication_method) out.add(PropertyId::authentication_method, *terms.authentication_method);
  if (terms.authentication_data) out.add(PropertyId::authentication_data, *terms.authentication_data);
  out.add_encoded(terms.more_properties.view().encoded());
}

void add_will_properties(mqtt::PropertyList& out, const WillTerms& will) {
  if (will.delay) out.add(PropertyId::will_delay_interval, static_cast<std::uint32_t>(will.delay->count()));
  if (will.message_expiry) {
    out.add(PropertyId::message_expiry_interval, static_cast<std::uint32_t>(will.message_expiry->count()));
  }
  for (const UserProperty& property : will.user_properties)
    out.add_user_property(property.name, property.value);
  out.add_encoded(will.more_properties.view().encoded());
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Arrived& arrived) {
  out << arrived.topic << " = \"" << arrived.payload.substr(0, 40) << "\" qos "
      << static_cast<int>(arrived.qos);
  if (arrived.retain) out << " retain";
  if (arrived.duplicate) out << " dup";
  return out;
}

Arrivals one(std::string topic, std::string payload, QoS qos) {
  return {{.topic = std::move(topic), .payload = std::move(payload), .qos = qos}};
}

std::string payloads_of(const Arrivals& arrivals) {
  std::string out;
  for (const Arrived& arrived : arrivals) out += (out.empty() ? "" : " ") + arrived.payload;
  return out;
}

void expect_ended(Peer& peer, ReasonCode reason) {
  if (peer.version() == ProtocolVersion::v5) {
    EXPECT_EQ(peer.expect<mqtt::Disconnect>().reason, reason);
  }
  EXPECT_TRUE(peer.silent()) << "the broker sent more than it should";
  EXPECT_TRUE(peer.closed()) << "the connection is still open";
}

Peer& Peer::stop_reading() {
  reading_ = false;
  return *this;
}

Peer& Peer::read_on() {
  reading_ = true;
  scene_.settle();
  return *this;
}

Peer& Peer::send(const mqtt::Packet& packet) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version_);
  scene_.input(*this, bytes);
  return *this;
}

Peer& Peer::send_raw(std::string_view bytes) {
  scene_.input(*this, as_bytes(bytes));
  return *this;
}

Peer& Peer::send_raw(std::initializer_list<int> bytes) {
  Bytes out;
  for (const int byte : bytes) out.push_back(static_cast<std::uint8_t>(byte));
  scene_.input(*this, out);
  return *this;
}

Peer& Peer::send_connect(std::string_view client_id, const ConnectTerms& terms) {
  version_ = terms.version;
  mqtt::PropertyList properties, will_properties;
  if (version_ == ProtocolVersion::v5) add_connect_properties(properties, terms);
  mqtt::Connect connect{.version = terms.version,
                        .clean_start = terms.clean_start,
                        .keep_alive = terms.keep_alive,
                        .properties = properties.view(),
                        .client_id = client_id,
                        .will = {},
                        .user_name = {},
                        .password = {}};
  if (terms.will) {
    if (version_ == ProtocolVersion::v5) add_will_properties(will_properties, *terms.will);
    connect.will = mqtt::WillView{.topic = terms.will->topic, .payload = as_bytes(terms.will->payload),
                                  .qos = terms.will->qos, .retain = terms.will->retain,
                                  .properties = will_properties.view()};
  }
  if (terms.user_name) connect.user_name = *terms.user_name;
  if (terms.password) connect.password = as_bytes(*terms.password);
  return send(connect);
}

Peer& Peer::subscribe(std::string_view filter, mqtt::SubscriptionOptions options, std::uint32_t identifier) {
  mqtt::PropertyList properties;
  if (identifier != 0) properties.add(PropertyId::subscription_identifier, identifier);
  mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{next_packet_id()}, .properties = properties.view(),
                            .requests = {{filter, options}}};
  send(subscribe);
  const auto suback = expect_among<mqtt::Suback>();
  EXPECT_EQ(suback.packet_id, subscribe.packet_id);
  EXPECT_EQ(suback.reasons.size(), 1u);
  for (const ReasonCode reason : suback.reasons) EXPECT_FALSE(is_failure(reason)) << name_of(reason);
  return *this;
}

Peer& Peer::unsubscribe(std::string_view filter) {
  send(mqtt::Unsubscribe{.packet_id = mqtt::PacketId{next_packet_id()}, .topic_filters = {filter}});
  (void)expect_among<mqtt::Unsuback>();
  return *this;
}

Peer& Peer::publish(PublishTerms terms) {
  const bool needs_id = terms.qos != QoS::at_most_once && terms.packet_id == 0;
  const std::uint16_t id = needs_id ? next_packet_id() : terms.packet_id;
  return send(mqtt::Publish{.duplicate = terms.duplicate, .qos = terms.qos, .retain = terms.retain,
                            .topic = terms.topic, .packet_id = mqtt::PacketId{id},
                            .properties = terms.properties.view(), .payload = as_bytes(terms.payload)});
}

Peer& Peer::publish(std::string_view topic, std::string_view payload, QoS qos, bool retain) {
  return publish(
      {.topic = std::string(topic), .payload = std::string(payload), .qos = qos, .retain = retain});
}

Peer& Peer::disconnect(ReasonCode reason, std::optional<std::uint32_t> expiry) {
  mqtt::PropertyList properties;
  if (expiry) properties.add(PropertyId::session_expiry_interval, *expiry);
  return send(mqtt::Disconnect{reason, properties.view()});
}

const mqtt::Packet* Peer::take() {
  if (inbox_.empty()) return nullptr;
  taken_.push_back(std::move(inbox_.front()));
  inbox_.pop_front();
  return &taken_.back().packet;
}

Arrivals Peer::received() {
  Arrivals out;
  for (const mqtt::Publish& publish : publishes()) {
    out.push_back({std::string(publish.topic), std::string(as_text(publish.payload)), publish.qos,
                   publish.retain, publish.duplicate});
  }
  return out;
}

std::vector<mqtt::Publish> Peer::publishes() {
  std::vector<mqtt::Publish> out;
  std::deque<Item> others;
  for (Item& item : inbox_) {
    const auto* publish = std::get_if<mqtt::Publish>(&item.packet);
    if (publish != nullptr) out.push_back(*publish);
    if (publish != nullptr) taken_.push_back(std::move(item));
    else others.push_back(std::move(item));
  }
  inbox_ = std::move(others);
  return out;
}

std::string Peer::received_bytes() {
  std::string out;
  while (!inbox_.empty()) {
    out += as_text(*inbox_.front().bytes);
    (void)take();
  }
  return out;
}

void Peer::arrive(ByteView bytes) {
  unparsed_.insert(unparsed_.end(), bytes.begin(), bytes.end());
  for (;;) {
    const auto frame = mqtt::next_frame(unparsed_, mqtt::kMaxPacketBytes);
    ASSERT_TRUE(frame) << "the broker sent a broken frame: " << frame.refusal().why;
    if (!frame->has_value()) return;
    const std::size_t size = (*frame)->bytes.size();
    auto kept = std::make_unique<Bytes>((*frame)->bytes.begin(), (*frame)->bytes.end());
    unparsed_.erase(unparsed_.begin(), unparsed_.begin() + static_cast<std::ptrdiff_t>(size));
    const auto own = mqtt::next_frame(*kept, mqtt::kMaxPacketBytes);
    auto packet = mqtt::decode(**own, version_);
    ASSERT_TRUE(packet) << "the broker sent a packet that cannot be decoded: " << packet.refusal().why;
    if (!manual_) acknowledge(*packet);
    const bool answered = !manual_ && mqtt::type_of(*packet) == mqtt::PacketType::pubrel;
    if (!answered) inbox_.push_back({std::move(kept), std::move(*packet)});
  }
}

void Peer::acknowledge(const mqtt::Packet& packet) {
  const auto reply = [this](const mqtt::Packet& answer) {
    mqtt::encode(to_send_.emplace_back(), answer, version_);
  };
  if (const auto* publish = std::get_if<mqtt::Publish>(&packet)) {
    if (publish->qos == QoS::at_least_once) reply(mqtt::Puback{.packet_id = publish->packet_id});
    if (publish->qos == QoS::exactly_once) reply(mqtt::Pubrec{.packet_id = publish->packet_id});
  } else if (const auto* pubrel = std::get_if<mqtt::Pubrel>(&packet)) {
    reply(mqtt::Pubcomp{.packet_id = pubrel->packet_id});
  }
}

core::EngineOptions Scene::defaults() {
  core::EngineOptions options;
  options.observed = {.lifecycle = true, .messages = true, .packets = false};
  options.sys_interval = Duration::zero();
  return options;
}

Scene::Scene(core::EngineOptions options, Policy* policy, core::Interceptor* interceptor)
    : engine_(options, {.policy = policy, .interceptor = interceptor}) {}

Peer& Scene::open(ProtocolVersion version) {
  Peer& peer = peers_.emplace_back(*this, version);
  core::RemoteEnd remote{.address = {127, 0, 0, 1},
                         .port = static_cast<std::uint16_t>(40'000 + peers_.size())};
  peer.id_ = engine_.open(remote, now_);
  settle();
  return peer;
}

Peer& Scene::connect(std::string_view client_id, const ConnectTerms& terms) {
  mqtt::Connack connack;
  return connect(client_id, terms, connack);
}

Peer& Scene::connect(std::string_view client_id, const ConnectTerms& terms, mqtt::Connack& connack) {
  Peer& peer = open(terms.version);
  if (terms.manual) peer.manual();
  peer.send_connect(client_id, terms);
  connack = peer.expect<mqtt::Connack>();
  EXPECT_EQ(connack.reason, ReasonCode::success) << name_of(connack.reason);
  return peer;
}

ReasonCode Scene::refused(std::string_view client_id, const ConnectTerms& terms) {
  Peer& peer = open(terms.version);
  peer.send_connect(client_id, terms);
  const ReasonCode reason = peer.expect<mqtt::Connack>().reason;
  EXPECT_TRUE(is_failure(reason)) << "CONNECT was accepted";
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
  return reason;
}

Scene& Scene::cut(Peer& peer, DisconnectCause cause) {
  engine_.lost(peer.id_, cause, now_);
  peer.closed_ = true;
  settle();
  return *this;
}

Scene& Scene::advance(Duration duration) {
  const Time target = now_ + duration;
  while (engine_.next_deadline() && *engine_.next_deadline() <= target) {
    now_ = std::max(now_, *engine_.next_deadline());
    engine_.tick(now_);
    settle();
  }
  now_ = target;
  engine_.tick(now_);
  settle();
  return *this;
}

Scene& Scene::publish(Message message, std::uint8_t hops) {
  EXPECT_FALSE(engine_.publish(message, hops, now_));
  settle();
  return *this;
}

void Scene::input(Peer& peer, ByteView bytes) {
  engine_.receive(peer.id_, bytes, now_);
  settle();
}

void Scene::settle() {
  while (drain_once()) {
  }
}

bool Scene::drain_once() {
  bool moved = false;
  for (Peer& peer : peers_) {
    if (peer.closed_ || !peer.reading_) continue;
    core::Outbox* outbox = engine_.outbox(peer.id_);
    std::array<ByteView, 16> pieces;
    while (outbox != nullptr && !outbox->empty()) {
      const std::size_t count = outbox->gather(pieces);
      std::size_t size = 0;
      for (std::size_t i = 0; i < count; ++i) {
        peer.arrive(pieces[i]);
        size += pieces[i].size();
      }
      outbox->consume(size);
      engine_.flushed(peer.id_, now_);
      moved = true;
    }
    if (engine_.finished(peer.id_)) {
      engine_.closed(peer.id_);
      peer.closed_ = true;
    }
  }
  engine_.clear_touched();
  for (Event& event : engine_.take_events()) events_.push_back(std::move(event));
  for (core::RuleCall& call : engine_.take_rule_calls()) rule_calls_.push_back(std::move(call));
  for (Peer& peer : peers_) {
    for (const Bytes& bytes : std::exchange(peer.to_send_, {})) {
      if (!peer.closed_) engine_.receive(peer.id_, bytes, now_);
      moved = true;
    }
  }
  return moved;
}

std::uint64_t Scene::dropped(DropCause cause) const {
  return engine_.stats().dropped[static_cast<std::size_t>(cause)].count;
}

std::uint64_t Scene::limit_hits(std::string_view limit) const {
  for (const Stats::LimitHit& hit : engine_.stats().limits) {
    if (hit.limit == limit) return hit.count;
  }
  ADD_FAILURE() << "no limit named " << limit;
  return 0;
}

}  // namespace pint::test
