// The packets of packets.hpp. Each becomes a function from the version (and what it answers) to bytes, over
// the encoder the broker itself uses: it copies whatever it is given, so that all there is to check is that
// the fields fit.
#include <pint/packets.hpp>

#include <functional>
#include <numeric>
#include <utility>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/frame.hpp"
#include "testkit/packet_field.hpp"
#include "testkit/record_text.hpp"

namespace pint::packets {

using testkit::refuse;
using testkit::refuse_if_long;
using testkit::refuse_unless;

namespace {

// Where a packet is to go: how its connection speaks, and what it answers, if anything.
struct Target {
  ProtocolVersion version = ProtocolVersion::v5;
  const Record* request = nullptr;
};

}  // namespace

struct Packet::Form {
  std::string name;
  std::function<std::string(const Target&)> encode;
};

namespace {

using Properties = std::vector<Property>;

// What may vary without bound must leave room for the fields that do not: six texts at most.
constexpr std::size_t kRoom = mqtt::kMaxVarint - std::size_t{512} * 1024;

Packet make(std::string name, std::function<std::string(const Target&)> encode) {
  return Packet(std::make_shared<const Packet::Form>(Packet::Form{std::move(name), std::move(encode)}));
}

std::string encoded(const mqtt::Packet& packet, ProtocolVersion version) {
  Bytes bytes;
  mqtt::encode(bytes, packet, version);
  return std::string(as_text(bytes));
}

void refuse_if_large(std::size_t bytes) {
  refuse_unless(bytes <= kRoom, "the packet cannot be encoded: 268,435,455 bytes is the most");
}

void refuse_if_no_qos(QoS qos) {
  refuse_unless(static_cast<unsigned>(qos) <= 3, std::string("QoS ") +
                                                     std::to_string(static_cast<unsigned>(qos)) +
                                                     " cannot be encoded: there are two bits for it");
}

// The run of bytes, which fits.
std::string joined(const Properties& properties, std::size_t besides = 0) {
  std::string run;
  for (const Property& property : properties) run += property.encoded;
  refuse_if_large(run.size() + besides);
  return run;
}

mqtt::PropertyView view(const std::string& run) { return mqtt::PropertyView(as_bytes(run)); }

std::string name_with_id(PacketType type, std::optional<std::uint16_t> id) {
  return std::string(name_of(type)) + (id ? std::string(" id ") + std::to_string(*id) : std::string());
}

std::string name_with_reason(std::string name, ReasonCode reason) {
  if (reason != ReasonCode::success) name += std::string(" ") + testkit::text_of(reason);
  return name;
}

mqtt::PacketId id_for(const std::string& name, std::optional<std::uint16_t> id, const Target& target) {
  if (id) return mqtt::PacketId{*id};
  refuse_unless(target.request != nullptr,
                name + " needs a Packet Identifier when it does not answer a packet: set .packet_id");
  const Record& request = *target.request;
  refuse_unless(request.packet_id.has_value(),
                name + " needs a Packet Identifier, and what it answers has none: " + to_string(request));
  return mqtt::PacketId{*request.packet_id};
}

template <PacketType Type>
Packet acknowledgement(const Acknowledgement& fields) {
  const std::string name = name_with_reason(name_with_id(Type, fields.packet_id), fields.reason);
  return make(name, [=, run = joined(fields.properties)](const Target& target) {
    return encoded(mqtt::Acknowledgement<Type>{.packet_id = id_for(name, fields.packet_id, target),
                                               .reason = fields.reason,
                                               .properties = view(run)},
                   target.version);
  });
}

// What SUBSCRIBE or UNSUBSCRIBE asks for, granted.
std::vector<ReasonCode> granted(const std::string& name, const Target& target) {
  const Record* request = target.request;
  refuse_unless(request != nullptr, name + " needs reasons when it does not answer a packet: set .reasons");
  const auto frame = mqtt::next_frame(as_bytes(request->bytes), mqtt::kMaxPacketBytes);
  refuse_unless(frame && *frame, name + " needs reasons: set .reasons");
  const Result<mqtt::Packet> packet = mqtt::decode(**frame, request->version);
  std::vector<ReasonCode> reasons;
  if (packet && std::holds_alternative<mqtt::Subscribe>(*packet)) {
    for (const auto& asked : std::get<mqtt::Subscribe>(*packet).requests) {
      reasons.push_back(static_cast<ReasonCode>(asked.options.qos));
    }
  } else if (packet && std::holds_alternative<mqtt::Unsubscribe>(*packet)) {
    reasons.resize(std::get<mqtt::Unsubscribe>(*packet).topic_filters.size(), ReasonCode::success);
  } else {
    refuse(name + " needs reasons, since what it answers subscribes to nothing: " + to_string(*request));
  }
  return reasons;
}

template <class Kind>
Packet answer_to_each(PacketType type, const Suback& fields) {
  std::string name = name_with_id(type, fields.packet_id);
  if (!fields.reasons.empty()) name = name_with_reason(name, fields.reasons.front());
  return make(name, [=, run = joined(fields.properties, fields.reasons.size())](const Target& target) {
    return encoded(Kind{.packet_id = id_for(name, fields.packet_id, target),
                        .properties = view(run),
                        .reasons = fields.reasons.empty() ? granted(name, target) : fields.reasons},
                   target.version);
  });
}

std::string encoded_connack(const Connack& fields, const std::string& run, ProtocolVersion version) {
  const bool v5 = version == ProtocolVersion::v5;
  refuse_unless(!v5 || !fields.return_code, "CONNACK in MQTT 5.0 has a reason and no return code");
  if (fields.return_code) {
    const bool present = fields.session_present && version != ProtocolVersion::v3_1;
    return {'\x20', '\x02', static_cast<char>(present), static_cast<char>(*fields.return_code)};
  }
  refuse_unless(v5 || mqtt::v3_return_code(fields.reason),
                "CONNACK in " + std::string(testkit::text_of(version)) + " has no return code for " +
                    testkit::text_of(fields.reason) + "; set .return_code");
  return encoded(
      mqtt::Connack{
          .session_present = fields.session_present, .reason = fields.reason, .properties = view(run)},
      version);
}

}  // namespace

std::string Packet::bytes(ProtocolVersion version) const { return form_->encode({.version = version}); }

std::string Packet::bytes_answering(const Record& request) const {
  return form_->encode({.version = request.version, .request = &request});
}

const std::string& Packet::name() const { return form_->name; }

Packet connack(Connack fields) {
  std::string name = name_with_reason("CONNACK", fields.reason);
  if (fields.return_code)
    name = std::string("CONNACK with return code ") + std::to_string(*fields.return_code);
  const std::string run = joined(fields.properties);
  return make(std::move(name), [fields = std::move(fields), run](const Target& target) {
    return encoded_connack(fields, run, target.version);
  });
}

Packet publish(Publish fields) {
  refuse_if_no_qos(fields.qos);
  refuse_if_long("The topic", fields.topic);
  const bool has_id = fields.qos != QoS::at_most_once;
  refuse_unless(has_id || !fields.packet_id, "a PUBLISH with QoS 0 has no place for a Packet Identifier");
  refuse_unless(!has_id || fields.packet_id, "a PUBLISH above QoS 0 needs a Packet Identifier");
  const std::string run = joined(fields.properties, fields.payload.size());
  std::string name = "PUBLISH " + testkit::plain(fields.topic);
  return make(std::move(name), [fields = std::move(fields), run](const Target& target) {
    return encoded(mqtt::Publish{.duplicate = fields.duplicate,
                                 .qos = fields.qos,
                                 .retain = fields.retain,
                                 .topic = fields.topic,
                                 .packet_id = mqtt::PacketId{fields.packet_id.value_or(0)},
                                 .properties = view(run),
                                 .payload = as_bytes(fields.payload)},
                   target.version);
  });
}

Packet puback(Acknowledgement fields) { return acknowledgement<PacketType::puback>(fields); }
Packet pubrec(Acknowledgement fields) { return acknowledgement<PacketType::pubrec>(fields); }
Packet pubrel(Acknowledgement fields) { return acknowledgement<PacketType::pubrel>(fields); }
Packet pubcomp(Acknowledgement fields) { return acknowledgement<PacketType::pubcomp>(fields); }
Packet suback(Suback fields) { return answer_to_each<mqtt::Suback>(PacketType::suback, fields); }
Packet unsuback(Unsuback fields) { return answer_to_each<mqtt::Unsuback>(PacketType::unsuback, fields); }

Packet pingresp() {
  return make("PINGRESP", [](const Target& target) { return encoded(mqtt::Pingresp{}, target.version); });
}

Packet disconnect(Disconnect fields) {
  return make(name_with_reason("DISCONNECT", fields.reason),
              [reason = fields.reason, run = joined(fields.properties)](const Target& target) {
                return encoded(mqtt::Disconnect{reason, view(run)}, target.version);
              });
}

Packet auth(Auth fields) {
  return make(name_with_reason("AUTH", fields.reason),
              [reason = fields.reason, run = joined(fields.properties)](const Target& target) {
                refuse_unless(target.version == ProtocolVersion::v5, "there is no AUTH before MQTT 5.0");
                return encoded(mqtt::Auth{reason, view(run)}, target.version);
              });
}

namespace {

mqtt::WillView will_view(const Will& will, const std::string& run) {
  return {.topic = will.topic,
          .payload = as_bytes(will.payload),
          .qos = will.qos,
          .retain = will.retain,
          .properties = view(run)};
}

void check(const Connect& fields) {
  refuse_if_long("The Client Identifier", fields.client_id);
  refuse_unless(fields.keep_alive.count() >= 0 && fields.keep_alive.count() <= 65'535,
                "Keep Alive cannot be encoded: it is within 0 and 65,535 s");
  if (fields.user_name) refuse_if_long("The user name", *fields.user_name);
  if (fields.password) refuse_if_long("The password", *fields.password);
  if (!fields.will) return;
  refuse_if_long("The Will Topic", fields.will->topic);
  refuse_if_long("The Will Payload", fields.will->payload);
  refuse_if_no_qos(fields.will->qos);
}

}  // namespace

Packet connect(Connect fields) {
  check(fields);
  const std::string will_run = fields.will ? joined(fields.will->properties) : std::string();
  const std::string run = joined(fields.properties, will_run.size());
  return make("CONNECT", [fields = std::move(fields), run, will_run](const Target& target) {
    mqtt::Connect connect{.version = target.version,
                          .clean_start = fields.clean_start,
                          .keep_alive = static_cast<std::uint16_t>(fields.keep_alive.count()),
                          .properties = view(run),
                          .client_id = fields.client_id};
    if (fields.user_name) connect.user_name = *fields.user_name;
    if (fields.password) connect.password = as_bytes(*fields.password);
    if (fields.will) connect.will = will_view(*fields.will, will_run);
    return encoded(connect, target.version);
  });
}

Packet subscribe(Subscribe fields) {
  std::size_t filters_size = 0;
  for (const Subscription& subscription : fields.subscriptions) {
    refuse_if_long("The Topic Filter", subscription.topic_filter);
    refuse_if_no_qos(subscription.qos);
    filters_size += 3 + subscription.topic_filter.size();
  }
  const std::string run = joined(fields.properties, filters_size);
  return make("SUBSCRIBE", [fields = std::move(fields), run](const Target& target) {
    mqtt::Subscribe subscribe{.packet_id = mqtt::PacketId{fields.packet_id}, .properties = view(run)};
    for (const Subscription& subscription : fields.subscriptions) {
      subscribe.requests.push_back({subscription.topic_filter, {.qos = subscription.qos}});
    }
    return encoded(subscribe, target.version);
  });
}

Packet unsubscribe(Unsubscribe fields) {
  std::size_t filters_size = 0;
  for (const std::string& filter : fields.topic_filters) {
    refuse_if_long("The Topic Filter", filter);
    filters_size += 2 + filter.size();
  }
  const std::string run = joined(fields.properties, filters_size);
  return make("UNSUBSCRIBE", [fields = std::move(fields), run](const Target& target) {
    mqtt::Unsubscribe unsubscribe{.packet_id = mqtt::PacketId{fields.packet_id}, .properties = view(run)};
    for (const std::string& filter : fields.topic_filters) unsubscribe.topic_filters.emplace_back(filter);
    return encoded(unsubscribe, target.version);
  });
}

Packet pingreq() {
  return make("PINGREQ", [](const Target& target) { return encoded(mqtt::Pingreq{}, target.version); });
}

Packet raw(std::string bytes) {
  refuse_unless(!bytes.empty(), "raw() needs at least one byte");
  refuse_if_large(bytes.size());
  std::string name = std::to_string(bytes.size()) + (bytes.size() == 1 ? " raw byte" : " raw bytes");
  return make(std::move(name), [bytes = std::move(bytes)](const Target&) { return bytes; });
}

Packet raw(std::initializer_list<std::uint8_t> bytes) { return raw(std::string(bytes.begin(), bytes.end())); }

}  // namespace pint::packets
