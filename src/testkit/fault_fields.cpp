#include "testkit/fault_fields.hpp"

#include <initializer_list>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;
using enum PacketType;

constexpr std::size_t kTextMax = 65'535;
constexpr std::size_t kPayloadMax = mqtt::kMaxVarint - 2 * kTextMax;

constexpr PacketTypes kAcknowledgements = set_of(puback, pubrec, pubrel, pubcomp, suback, unsuback);
constexpr PacketTypes kOffers = set_of(connect, connack);

template <auto Member>
bool is_set(const PacketFields& fields) {
  return (fields.*Member).has_value();
}

constexpr FieldRow kFields[] = {
    {"topic", "Topic Name", set_of(publish), is_set<&PacketFields::topic>},
    {"payload", "Payload", set_of(publish), is_set<&PacketFields::payload>},
    {"qos", "QoS", set_of(publish), is_set<&PacketFields::qos>},
    {"retain", "RETAIN", set_of(publish), is_set<&PacketFields::retain>},
    {"duplicate", "DUP", set_of(publish), is_set<&PacketFields::duplicate>},
    {"packet_id", "Packet Identifier", set_of(publish, subscribe, unsubscribe) | kAcknowledgements,
     is_set<&PacketFields::packet_id>},
    {"reason", "Reason Code, or every one of them", set_of(connack, disconnect, auth) | kAcknowledgements,
     is_set<&PacketFields::reason>},
    {"session_present", "Session Present", set_of(connack), is_set<&PacketFields::session_present>},
    {"client_id", "Client Identifier", set_of(connect), is_set<&PacketFields::client_id>},
    {"clean_start", "Clean Start, Clean Session", set_of(connect), is_set<&PacketFields::clean_start>},
    {"keep_alive", "Keep Alive", set_of(connect), is_set<&PacketFields::keep_alive>},
    {"user_name", "User Name", set_of(connect), is_set<&PacketFields::user_name>},
    {"password", "Password", set_of(connect), is_set<&PacketFields::password>},
    {"topic_filter", "the first Topic Filter", set_of(subscribe, unsubscribe),
     is_set<&PacketFields::topic_filter>},
    {"session_expiry", "property Session Expiry Interval", kOffers | set_of(disconnect),
     is_set<&PacketFields::session_expiry>},
    {"receive_maximum", "property Receive Maximum", kOffers, is_set<&PacketFields::receive_maximum>},
    {"maximum_packet_size", "property Maximum Packet Size", kOffers,
     is_set<&PacketFields::maximum_packet_size>},
    {"topic_alias_maximum", "property Topic Alias Maximum", kOffers,
     is_set<&PacketFields::topic_alias_maximum>},
    {"maximum_qos", "property Maximum QoS", set_of(connack), is_set<&PacketFields::maximum_qos>},
    {"server_keep_alive", "property Server Keep Alive", set_of(connack),
     is_set<&PacketFields::server_keep_alive>},
    {"message_expiry", "property Message Expiry Interval", set_of(publish),
     is_set<&PacketFields::message_expiry>},
    {"topic_alias", "property Topic Alias", set_of(publish), is_set<&PacketFields::topic_alias>},
    {"reason_string", "property Reason String", set_of(connack, disconnect, auth) | kAcknowledgements,
     is_set<&PacketFields::reason_string>},
};

void require_short(std::string_view name, const std::optional<std::string>& text) {
  refuse_unless(!text || text->size() <= kTextMax,
                "edit(): " + std::string(name) + " is longer than 65,535 bytes");
}

template <class Field, class Value>
void set(Field& field, const std::optional<Value>& value) {
  if (value) field = *value;
}

// Which property a field stands for, and its value.
struct NumberProperty {
  PropertyId id;
  std::optional<std::uint32_t> value;
};

// Writes fields over those of a packet. Owns what the packet borrows from then on.
class Editor {
 public:
  explicit Editor(const PacketFields& fields) : fields_(fields) {}

  template <class Packet>
  void operator()(Packet& packet) {
    if constexpr (requires { packet.session_present; }) set(packet.session_present, fields_.session_present);
    if constexpr (requires { packet.packet_id; }) set_packet_id(packet.packet_id);
    if constexpr (requires { packet.reason; }) set(packet.reason, fields_.reason);
    if constexpr (requires { packet.reasons; }) {
      for (ReasonCode& reason : packet.reasons) set(reason, fields_.reason);
    }
    if constexpr (requires { packet.payload; }) set_message(packet);
    if constexpr (requires { packet.client_id; }) set_connect(packet);
    if constexpr (requires { packet.requests; }) {
      if (!packet.requests.empty()) set(packet.requests.front().topic_filter, fields_.topic_filter);
    }
    if constexpr (requires { packet.topic_filters; }) {
      if (!packet.topic_filters.empty()) set(packet.topic_filters.front(), fields_.topic_filter);
    }
    if constexpr (requires { packet.properties; }) set_properties(packet.properties);
  }

 private:
  void set_packet_id(mqtt::PacketId& id) {
    if (fields_.packet_id) id = mqtt::PacketId{*fields_.packet_id};
  }

  void set_message(mqtt::Publish& publish) {
    set(publish.topic, fields_.topic);
    if (fields_.payload) publish.payload = as_bytes(*fields_.payload);
    set(publish.qos, fields_.qos);
    set(publish.retain, fields_.retain);
    set(publish.duplicate, fields_.duplicate);
    const bool needs_id = publish.qos != QoS::at_most_once && publish.packet_id == mqtt::PacketId::none;
    if (needs_id && !fields_.packet_id) publish.packet_id = mqtt::PacketId{1};
  }

  void set_connect(mqtt::Connect& connect) {
    set(connect.client_id, fields_.client_id);
    set(connect.clean_start, fields_.clean_start);
    set(connect.keep_alive, fields_.keep_alive);
    set(connect.user_name, fields_.user_name);
    if (fields_.password) connect.password = as_bytes(*fields_.password);
  }

  void set_properties(mqtt::PropertyView& properties) {
    const NumberProperty numbers[] = {
        {PropertyId::session_expiry_interval, fields_.session_expiry},
        {PropertyId::receive_maximum, fields_.receive_maximum},
        {PropertyId::maximum_packet_size, fields_.maximum_packet_size},
        {PropertyId::topic_alias_maximum, fields_.topic_alias_maximum},
        {PropertyId::maximum_qos, fields_.maximum_qos},
        {PropertyId::server_keep_alive, fields_.server_keep_alive},
        {PropertyId::message_expiry_interval, fields_.message_expiry},
        {PropertyId::topic_alias, fields_.topic_alias},
    };
    const auto is_replaced = [&](PropertyId id) {
      if (id == PropertyId::reason_string) return fields_.reason_string.has_value();
      for (const NumberProperty& number : numbers) {
        if (number.id == id) return number.value.has_value();
      }
      return false;
    };
    properties.for_each([&](const mqtt::Property& property) {
      if (!is_replaced(property.id)) properties_.add_encoded(property.encoded);
    });
    for (const NumberProperty& number : numbers) {
      if (number.value) properties_.add(number.id, *number.value);
    }
    if (fields_.reason_string) properties_.add(PropertyId::reason_string, *fields_.reason_string);
    properties = properties_.view();
  }

  const PacketFields& fields_;
  mqtt::PropertyList properties_;
};

// What the fields can add to a packet, at most.
std::size_t weight_of(const PacketFields& fields) {
  std::size_t weight = 100;  // numbers, lengths and the like
  for (const auto& text : {&fields.topic, &fields.payload, &fields.client_id, &fields.user_name,
                           &fields.password, &fields.topic_filter, &fields.reason_string}) {
    if (*text) weight += (*text)->size();
  }
  return weight;
}

// 3.x has return codes in CONNACK, and only a few.
bool can_be_written(const mqtt::Packet& packet, ProtocolVersion version) {
  const auto* connack = std::get_if<mqtt::Connack>(&packet);
  return connack == nullptr || version == ProtocolVersion::v5 ||
         mqtt::v3_return_code(connack->reason).has_value();
}

}  // namespace

std::span<const FieldRow> field_table() { return kFields; }

std::string names_of(const PacketFields& fields) {
  std::string names;
  for (const FieldRow& row : kFields) {
    if (!row.is_set(fields)) continue;
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

void require_possible(const PacketFields& fields) {
  refuse_unless(!names_of(fields).empty(), "edit({}) changes nothing");
  require_short("topic", fields.topic);
  require_short("client_id", fields.client_id);
  require_short("user_name", fields.user_name);
  require_short("password", fields.password);
  require_short("topic_filter", fields.topic_filter);
  require_short("reason_string", fields.reason_string);
  refuse_unless(!fields.payload || fields.payload->size() <= kPayloadMax,
                "edit(): the payload is longer than a packet can be");
  refuse_unless(!fields.qos || *fields.qos <= QoS::exactly_once,
                "edit(): QoS is 0, 1 or 2; for a PUBLISH with QoS 3 edit its bytes");
}

void require_admitted(const PacketFields& fields, PacketType type) {
  for (const FieldRow& row : kFields) {
    refuse_unless(!row.is_set(fields) || (row.types & set_of(type)) != 0,
                  "edit(): " + std::string(name_of(type)) + " has no " + std::string(row.name) + "; " +
                      text_of(row.types) + " " + (row.types == set_of(publish) ? "has" : "have") + " one");
  }
}

Edited with_fields(ByteView packet, const PacketFields& fields, ProtocolVersion version) {
  if (packet.size() + weight_of(fields) > mqtt::kMaxVarint) return {{}, "it would be too large"};
  const auto frame = mqtt::next_frame(packet, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return {{}, "it is malformed"};
  Result<mqtt::Packet> decoded = mqtt::decode(**frame, version);
  if (!decoded) return {{}, "it is malformed"};
  Editor editor(fields);
  std::visit(editor, *decoded);
  if (!can_be_written(*decoded, version)) return {{}, "3.x has no return code for that reason"};
  Edited edited;
  mqtt::encode(edited.bytes, *decoded, version);
  if (same(edited.bytes, packet)) return {{}, "it has these values already, or no such field"};
  return edited;
}

}  // namespace pint::testkit
