// The table of properties, and the one walk over a property set that checks everything the table says.
// [section 2.2.2]
#include "mqtt/property.hpp"

#include <array>

#include "mqtt/frame.hpp"
#include "mqtt/refusals.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"

namespace pint::mqtt {
namespace {

using enum PropertyId;
using enum PropertyType;

enum class ValueRule : std::uint8_t { any, zero_or_one, not_zero, topic_name };

using Places = std::uint16_t;
constexpr Places bit(PropertyPlace place) { return static_cast<Places>(place); }

constexpr Places kConnect = bit(PropertyPlace::connect);
constexpr Places kConnack = bit(PropertyPlace::connack);
constexpr Places kPublish = bit(PropertyPlace::publish);
constexpr Places kWill = bit(PropertyPlace::will);
constexpr Places kAcknowledgement = bit(PropertyPlace::acknowledgement);
constexpr Places kSubscribe = bit(PropertyPlace::subscribe);
constexpr Places kUnsubscribe = bit(PropertyPlace::unsubscribe);
constexpr Places kDisconnect = bit(PropertyPlace::disconnect);
constexpr Places kAuth = bit(PropertyPlace::auth);
constexpr Places kMessage = kPublish | kWill;
constexpr Places kAnswer = kConnack | kAcknowledgement | kDisconnect | kAuth;
constexpr Places kEverywhere = kAnswer | kMessage | kConnect | kSubscribe | kUnsubscribe;

struct Row {
  PropertyId id{};
  PropertyType type{};
  Places places = 0;      // legal in
  Places repeatable = 0;  // may stand more than once in
  ValueRule rule = ValueRule::any;
  Refusal breach{};  // the answer to a value outside the rule
};

// One row a property: section 2.2.2.2, and the packets' own sections for the values.
constexpr Row kRows[] = {
    {payload_format_indicator, byte, kMessage, 0, ValueRule::zero_or_one,
     protocol_error("Payload Format Indicator is neither 0 nor 1 [section 3.3.2.3.2]")},
    {message_expiry_interval, u32, kMessage},
    {content_type, text, kMessage},
    {response_topic, text, kMessage, 0, ValueRule::topic_name,
     protocol_error("Response Topic is empty or contains a wildcard [MQTT-3.3.2-14]")},
    {correlation_data, binary, kMessage},
    {subscription_identifier, varint, kSubscribe | kPublish, kPublish, ValueRule::not_zero,
     protocol_error("Subscription Identifier is 0 [section 3.8.2.1.2]")},
    {session_expiry_interval, u32, kConnect | kConnack | kDisconnect},
    {assigned_client_identifier, text, kConnack},
    {server_keep_alive, u16, kConnack},
    {authentication_method, text, kConnect | kConnack | kAuth},
    {authentication_data, binary, kConnect | kConnack | kAuth},
    {request_problem_information, byte, kConnect, 0, ValueRule::zero_or_one,
     protocol_error("Request Problem Information is neither 0 nor 1 [section 3.1.2.11.7]")},
    {will_delay_interval, u32, kWill},
    {request_response_information, byte, kConnect, 0, ValueRule::zero_or_one,
     protocol_error("Request Response Information is neither 0 nor 1 [section 3.1.2.11.6]")},
    {response_information, text, kConnack},
    {server_reference, text, kConnack | kDisconnect},
    {reason_string, text, kAnswer},
    {receive_maximum, u16, kConnect | kConnack, 0, ValueRule::not_zero,
     protocol_error("Receive Maximum is 0 [section 3.1.2.11.3]")},
    {topic_alias_maximum, u16, kConnect | kConnack},
    {topic_alias, u16, kPublish, 0, ValueRule::not_zero,
     {ReasonCode::topic_alias_invalid, "Topic Alias is 0 [MQTT-3.3.2-8]"}},
    {maximum_qos, byte, kConnack, 0, ValueRule::zero_or_one,
     protocol_error("Maximum QoS is neither 0 nor 1 [section 3.2.2.3.4]")},
    {retain_available, byte, kConnack, 0, ValueRule::zero_or_one,
     protocol_error("Retain Available is neither 0 nor 1 [section 3.2.2.3.5]")},
    {user_property, text_pair, kEverywhere, kEverywhere},
    {maximum_packet_size, u32, kConnect | kConnack, 0, ValueRule::not_zero,
     protocol_error("Maximum Packet Size is 0 [section 3.1.2.11.4]")},
    {wildcard_subscription_available, byte, kConnack, 0, ValueRule::zero_or_one,
     protocol_error("Wildcard Subscription Available is neither 0 nor 1 [section 3.2.2.3.11]")},
    {subscription_identifiers_available, byte, kConnack, 0, ValueRule::zero_or_one,
     protocol_error("Subscription Identifiers Available is neither 0 nor 1 [section 3.2.2.3.12]")},
    {shared_subscription_available, byte, kConnack, 0, ValueRule::zero_or_one,
     protocol_error("Shared Subscription Available is neither 0 nor 1 [section 3.2.2.3.13]")},
};

constexpr std::size_t kIds = static_cast<std::size_t>(shared_subscription_available) + 1;
static_assert(kIds <= 64, "the ids already seen are kept as bits of one word");

// Position in kRows by id; 0xFF: no such property.
constexpr std::array<std::uint8_t, kIds> kRowOf = [] {
  std::array<std::uint8_t, kIds> positions{};
  positions.fill(0xFF);
  for (std::size_t i = 0; i < std::size(kRows); ++i)
    positions[static_cast<std::size_t>(kRows[i].id)] = static_cast<std::uint8_t>(i);
  return positions;
}();

// Identifiers are varints on the wire, but all of one byte: a longer one is unknown or not in its shortest
// form.
const Row* row_of(std::uint8_t id) { return id < kIds && kRowOf[id] != 0xFF ? &kRows[kRowOf[id]] : nullptr; }

std::uint32_t varint_of(Reader& reader) {
  const Result<std::uint32_t> value = read_varint(reader);
  if (value) return *value;
  (void)reader.take(reader.rest().size() + 1);  // cannot be taken: the reader has failed from here on
  return 0;
}

// Read the value that follows the id. The reader has failed afterwards if it was not wholly there.
void read_value(Reader& reader, PropertyType type, Property& property) {
  switch (type) {
    case byte: property.number = reader.u8(); break;
    case u16: property.number = reader.u16(); break;
    case u32: property.number = reader.u32(); break;
    case varint: property.number = varint_of(reader); break;
    case text:
    case binary: property.text = as_text(reader.prefixed()); break;
    case text_pair:
      property.text = as_text(reader.prefixed());
      property.value = as_text(reader.prefixed());
      break;
  }
}

bool well_formed(const Property& property, PropertyType type) {
  if (type == text) return is_utf8_text(property.text);
  if (type == text_pair) return is_utf8_text(property.text) && is_utf8_text(property.value);
  return true;
}

bool in_range(const Property& property, ValueRule rule) {
  switch (rule) {
    case ValueRule::any: return true;
    case ValueRule::zero_or_one: return property.number <= 1;
    case ValueRule::not_zero: return property.number != 0;
    case ValueRule::topic_name: return has_topic_name_form(property.text);
  }
  return false;
}

// Check one property; `seen` holds a bit for each id that may not come again.
std::optional<Refusal> problem_of_next(Reader& run, Places place, std::uint64_t& seen) {
  const std::uint8_t id = run.u8();
  const Row* row = row_of(id);
  if (row == nullptr) return malformed("Unknown property [section 2.2.2.2]");
  if ((row->places & place) == 0) return malformed("A property this packet may not have [section 2.2.2.2]");
  const std::uint64_t mark = std::uint64_t{1} << id;
  if ((seen & mark) != 0) return protocol_error("A property stands more than once [section 2.2.2.2]");
  if ((row->repeatable & place) == 0) seen |= mark;

  Property property;
  read_value(run, row->type, property);
  if (run.failed()) return malformed("A property value is cut short or too long [section 2.2.2]");
  if (!well_formed(property, row->type)) return malformed("A property is ill-formed UTF-8 [MQTT-1.5.4-1]");
  if (!in_range(property, row->rule)) return row->breach;
  return std::nullopt;
}

}  // namespace

Result<PropertyView> checked_properties(Reader& reader, PropertyPlace place) {
  const Result<std::uint32_t> length = read_varint(reader);
  if (!length) return length.refusal();
  const ByteView encoded = reader.take(*length);
  if (reader.failed()) return malformed("Property Length reaches beyond the packet [section 2.2.2.1]");
  std::uint64_t seen = 0;
  for (Reader run(encoded); !run.empty();) {
    const std::optional<Refusal> problem = problem_of_next(run, bit(place), seen);
    if (problem) return *problem;
  }
  return PropertyView(encoded);
}

Property PropertyView::next(ByteView& rest) {
  Reader run(rest);
  const std::uint8_t id = run.u8();
  const Row* row = row_of(id);
  PINT_ASSERT(row != nullptr);
  Property property;
  property.id = row->id;
  read_value(run, row->type, property);
  PINT_ASSERT(!run.failed());
  property.encoded = rest.first(rest.size() - run.rest().size());
  rest = run.rest();
  return property;
}

std::optional<Property> PropertyView::find(PropertyId id) const {
  for (ByteView rest = encoded_; !rest.empty();) {
    const Property property = next(rest);
    if (property.id == id) return property;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> PropertyView::number_of_some(PropertyId id) const {
  const std::optional<Property> property = find(id);
  if (!property) return std::nullopt;
  return property->number;
}

std::optional<std::string_view> PropertyView::text(PropertyId id) const {
  const std::optional<Property> property = find(id);
  if (!property) return std::nullopt;
  return property->text;
}

PropertyList& PropertyList::add(PropertyId id, std::uint32_t number) {
  const Row* row = row_of(static_cast<std::uint8_t>(id));
  PINT_ASSERT(row != nullptr);
  Writer writer(encoded_);
  writer.u8(static_cast<std::uint8_t>(id));
  switch (row->type) {
    case byte: writer.u8(static_cast<std::uint8_t>(number)); break;
    case u16: writer.u16(static_cast<std::uint16_t>(number)); break;
    case u32: writer.u32(number); break;
    case varint: write_varint(encoded_, number); break;
    case text:
    case binary:
    case text_pair: PINT_ASSERT(!"a property that is a number"); break;
  }
  return *this;
}

PropertyList& PropertyList::add(PropertyId id, std::string_view value) {
  const Row* row = row_of(static_cast<std::uint8_t>(id));
  PINT_ASSERT(row != nullptr);
  PINT_ASSERT(row->type == text || row->type == binary);
  PINT_ASSERT(value.size() <= 0xFFFF);
  Writer writer(encoded_);
  writer.u8(static_cast<std::uint8_t>(id));
  writer.prefixed(value);
  return *this;
}

PropertyList& PropertyList::add_user_property(std::string_view name, std::string_view value) {
  PINT_ASSERT(name.size() <= 0xFFFF);
  PINT_ASSERT(value.size() <= 0xFFFF);
  Writer writer(encoded_);
  writer.u8(static_cast<std::uint8_t>(user_property));
  writer.prefixed(name);
  writer.prefixed(value);
  return *this;
}

}  // namespace pint::mqtt
