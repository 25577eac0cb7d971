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

constexpr PacketAsItCame kNoPacket;

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
Bytes completed(const Variants& variants, const Variants::Variant& variant, const MessageView& message,
                PacketId packet_id) {
  const ByteView bytes = variants.bytes(variant);
  Bytes out(bytes.begin(), bytes.end());
  out[0] = variant.first;
  if (variant.packet_id_at != 0) {
    out[variant.packet_id_at] = static_cast<std::uint8_t>(static_cast<unsigned>(packet_id) >> 8);
    out[variant.packet_id_at + 1] = static_cast<std::uint8_t>(packet_id);
  }
  if (!variant.whole) out.insert(out.end(), message.payload.begin(), message.payload.end());
  return out;
}

void expect_form(Variants& variants, const MessageView& message, const Form& form) {
  const PacketId id = form.qos == QoS::at_most_once ? PacketId::none : PacketId{0x1234};
  const Variants::Variant& variant = variants.get(form.version, form.qos, form.retain);
  const Bytes expected = encoded(message, form, id);
  EXPECT_EQ(completed(variants, variant, message, id), expected);
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
  variants.begin(message, kNoPacket);
  expect_form(variants, message, form());
  EXPECT_TRUE(variants.get(form().version, form().qos, form().retain).whole);
}

TEST_P(VariantForm, OfALargeMessageIsItsHead) {
  const auto properties = some_properties();
  const std::string payload(20'000, 'p');
  const MessageView message{.topic = "a/b", .payload = as_bytes(payload), .properties = properties.view()};
  Variants variants;
  variants.begin(message, kNoPacket);
  expect_form(variants, message, form());
  EXPECT_FALSE(variants.get(form().version, form().qos, form().retain).whole);
}

INSTANTIATE_TEST_SUITE_P(All, VariantForm,
                         ::testing::Combine(::testing::Values(v3_1, v3_1_1, v5),
                                            ::testing::Values(QoS::at_most_once, QoS::at_least_once,
                                                              QoS::exactly_once),
                                            ::testing::Bool()));

// From whatever packet a message comes, each form is the same.
TEST_P(VariantForm, IsTheSameWhateverPacketBroughtTheMessage) {
  const auto properties = some_properties();
  for (const std::string& payload : {std::string("hello"), std::string(1'000, 'x')}) {
    for (const ProtocolVersion version : {v3_1, v3_1_1, v5}) {
      for (const QoS qos : {QoS::at_most_once, QoS::at_least_once, QoS::exactly_once}) {
        const MessageView message{.topic = "a/b",
                                  .payload = as_bytes(payload),
                                  .properties = version == v5 ? properties.view() : mqtt::PropertyView(),
                                  .qos = qos,
                                  .retain = true};
        const Bytes came = encoded(message, {version, qos, true}, PacketId{77});
        const PacketAsItCame packet{came, version};
        Variants variants;
        variants.begin(message, packet);
        expect_form(variants, message, form());
        const bool alike = (version == v5) == (form().version == v5) && qos == form().qos;
        EXPECT_EQ(variants.get(form().version, form().qos, form().retain).as_it_came, alike);
      }
    }
  }
}

TEST(Variants, StandBesideEachOther) {
  const auto properties = some_properties();
  const MessageView message{.topic = "a/b", .payload = as_bytes("hello"), .properties = properties.view()};
  Variants variants;
  variants.begin(message, kNoPacket);
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
  variants.begin(first, kNoPacket);
  expect_form(variants, first, {});
  variants.begin(second, kNoPacket);
  expect_form(variants, second, {});
}

TEST(Variants, CopyWholePacketsUpToTheLimit) {
  const std::size_t overhead =
      encoded({.topic = "a", .payload = as_bytes(std::string(200, 'p'))}, {}, {}).size() - 200;
  for (const std::size_t packet_bytes : {kCopiedPacketBytes, kCopiedPacketBytes + 1}) {
    const std::string payload(packet_bytes - overhead, 'p');
    Variants variants;
    const MessageView message{.topic = "a", .payload = as_bytes(payload)};
    variants.begin(message, kNoPacket);
    const Variants::Variant& variant = variants.get(v5, QoS::at_most_once, false);
    EXPECT_EQ(variant.packet_bytes, packet_bytes);
    EXPECT_EQ(variant.whole, packet_bytes <= kCopiedPacketBytes);
  }
}

}  // namespace
}  // namespace pint::core::test
