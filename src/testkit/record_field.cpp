#include "testkit/record_field.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace pint::testkit {
namespace {

using enum RecordKind;
constexpr Bits kEveryKind = ~bits(packet);
constexpr Bits kMessages = bits(published, rule_called, stub_called);
constexpr Bits kNone = 0;

using Type = PacketType;
constexpr Bits kEveryType = ~Bits{0};
constexpr Bits kPublish = bits(Type::publish);
constexpr Bits kWithReason = bits(Type::connack, Type::puback, Type::pubrec, Type::pubrel, Type::pubcomp,
                                  Type::suback, Type::unsuback, Type::disconnect, Type::auth);
constexpr Bits kWithId = bits(Type::publish, Type::puback, Type::pubrec, Type::pubrel, Type::pubcomp,
                              Type::subscribe, Type::suback, Type::unsubscribe, Type::unsuback);
constexpr Bits kWithProperties = kEveryType & ~bits(Type::pingreq, Type::pingresp);

struct Row {
  Field field;
  std::string_view name;
  Bits kinds;  // that have it, packets aside
  Bits types;  // of packets that have it
};
constexpr Row kRows[] = {
    {Field::client, "client", kEveryKind, kEveryType},
    {Field::topic, "topic", kMessages | bits(dropped, will_published), kPublish},
    {Field::topic_filter, "topic filter", bits(subscribed, unsubscribed, rule_called),
     bits(Type::subscribe, Type::unsubscribe)},
    {Field::qos, "QoS", kMessages | bits(dropped, subscribed), kPublish | bits(Type::subscribe)},
    {Field::retain, "retain", kMessages, kPublish},
    {Field::duplicate, "dup", bits(published), kPublish},
    {Field::packet_id, "packet identifier", kNone, kWithId},
    {Field::payload, "payload", kMessages, kPublish},
    {Field::content_type, "content type", kMessages, kPublish},
    {Field::response_topic, "response topic", kMessages, kPublish},
    {Field::correlation_data, "correlation data", kMessages, kPublish},
    {Field::user_property, "user property", kMessages, kWithProperties},
    {Field::reason, "reason code", bits(refused, disconnected), kWithReason},
    {Field::version, "version", bits(connected, refused, disconnected), kEveryType},
    {Field::name, "name", bits(limit_reached, stub_called, fault_applied, handler_failed), kNone},
    {Field::detail, "detail", kEveryKind, kEveryType},
    {Field::sequence, "sequence number", kEveryKind, kEveryType},
    {Field::any, "record", kEveryKind, kEveryType},
};

const Row& row_of(Field field) {
  const Row* row = std::ranges::find(kRows, field, &Row::field);
  PINT_ASSERT(row != std::end(kRows));
  return *row;
}

}  // namespace

std::string_view name_of(Field field) { return row_of(field).name; }

bool has_field(RecordKind kind, std::optional<PacketType> type, Field field) {
  const Row& row = row_of(field);
  if (kind != packet) return (row.kinds & bits(kind)) != 0;
  return type ? (row.types & bits(*type)) != 0 : row.types == kEveryType;
}

}  // namespace pint::testkit
