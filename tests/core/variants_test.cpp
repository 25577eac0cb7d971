// Variants: each of the twelve forms is what encode() would have written for one receiver.
#include "core/variants.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "mqtt/encode.hpp"

namespace pint::core::test {
namespace {

using mqtt::PacketId;
using enum ProtocolVersion;

mqtt::PropertyList some_properties() {
  mqtt::PropertyList list;
  list.add(mqtt::PropertyId::content_type, "text/plain");
  return list;
}

struct Form {
  ProtocolVersion version = v5;
  QoS qos = QoS::at_most_once;
  bool retain = false;
};

Bytes encoded(const MessageView& message, const Form& form, PacketId packet_id) {
  Bytes out;
  mqtt::encode(out,
               mqtt::Publish{.qos = form.qos,
                             .retain = form.retain,
                             .topic = message.topic,
                             .packet_id = packet_id,
                             .properties = message.properties,
                             .payload = message.payload},
               form.version);
  return out;
}

// The variant as one receiver gets it: with a Packet Identifier, and with the payload.
Bytes completed(const Variants::Variant& variant, const MessageView& message, PacketId packet_id) {
  Bytes out(variant.bytes.begin(), variant.bytes.end());
  if (variant.packet_id_at != 0) {
    out[variant.packet_id_at] = static_cast<std::uint8_t>(static_cast<unsigned>(packet_id) >> 8);
    out[variant.packet_id_at + 1] = static_cast<std::uint8_t>(packet_id);
  }
  if (!variant.whole) out.insert(out.end(), message.payload.begin(), message.payload.end());
  return out;
}

void expect_form(Variants& variants, const MessageView& message, const Form& form) {
  const PacketId id = form.qos == QoS::at_most_once ? PacketId::none : PacketId{0x1234};
  const Variants::Variant variant = variants.get(form.version, form.qos, form.retain);
  const Bytes expected = encoded(message, form, id);
  EXPECT_EQ(completed(variant, message, id), expected);
  EXPECT_EQ(variant.packet_bytes, expected.size());
  EXPECT_EQ(variant.packet_id_at != 0, form.qos != QoS::at_most_once);
}

class VariantForm : public ::testing::TestWithParam<std::tuple<ProtocolVersion, QoS, bool>> {
 protected:
  static Form form() { return {std::get<0>(GetParam()), std::get<1>(GetParam()), std::get<2>(GetParam())}; }
};

TEST_P(VariantForm, OfASmallMessageIsTheWholePacket) {
  const auto properties = some_properties();
  const MessageView message{.topic = "a/b", .payload = as_bytes("hello"), .properties = properties.view()};
  Variants variants;
  variants.begin(message);
  expect_form(variants, message, form());
  EXPECT_TRUE(variants.get(form().version, form().qos, form().retain).whole);
}

TEST_P(VariantForm, OfALargeMessageIsItsHead) {
  const auto properties = some_properties();
  const std::string payload(20'000, 'p');
  const MessageView message{.topic = "a/b", .payload = as_bytes(payload), .properties = properties.view()};
  Variants variants;
  variants.begin(message);
  expect_form(variants, message, form());
  EXPECT_FALSE(variants.get(form().version, form().qos, form().retain).whole);
}

INSTANTIATE_TEST_SUITE_P(All, VariantForm,
                         ::testing::Combine(::testing::Values(v3_1, v3_1_1, v5),
                                            ::testing::Values(QoS::at_most_once, QoS::at_least_once,
                                                              QoS::exactly_once),
                                            ::testing::Bool()));

TEST(Variants, StandBesideEachOther) {
  const auto properties = some_properties();
  const MessageView message{.topic = "a/b", .payload = as_bytes("hello"), .properties = properties.view()};
  Variants variants;
  variants.begin(message);
  for (int round = 0; round < 2; ++round) {  // the second time they are there already
    for (const ProtocolVersion version : {v5, v3_1_1}) {
      for (const QoS qos : {QoS::exactly_once, QoS::at_most_once, QoS::at_least_once}) {
        for (const bool retain : {true, false}) expect_form(variants, message, {version, qos, retain});
      }
    }
  }
}

TEST(Variants, ForgetTheMessageBefore) {
  const MessageView first{.topic = "first", .payload = as_bytes("1")};
  const MessageView second{.topic = "second", .payload = as_bytes("2")};
  Variants variants;
  variants.begin(first);
  expect_form(variants, first, {});
  variants.begin(second);
  expect_form(variants, second, {});
}

TEST(Variants, CopyWholePacketsUpToTheLimit) {
  const std::size_t overhead =
      encoded({.topic = "a", .payload = as_bytes(std::string(200, 'p'))}, {}, {}).size() - 200;
  for (const std::size_t packet_bytes : {kCopiedPacketBytes, kCopiedPacketBytes + 1}) {
    const std::string payload(packet_bytes - overhead, 'p');
    Variants variants;
    variants.begin({.topic = "a", .payload = as_bytes(payload)});
    const Variants::Variant variant = variants.get(v5, QoS::at_most_once, false);
    EXPECT_EQ(variant.packet_bytes, packet_bytes);
    EXPECT_EQ(variant.whole, packet_bytes <= kCopiedPacketBytes);
  }
}

}  // namespace
}  // namespace pint::core::test
