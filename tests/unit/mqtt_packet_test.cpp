// Packets as values: equality looks at bytes, not at where they are; names; the return codes of 3.x.
#include "mqtt/packet.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pint::mqtt {
namespace {

TEST(Packets, AreEqualWhenTheirBytesAre) {
  const std::string here = "payload";
  const std::string there = here + "";
  EXPECT_TRUE((Publish{.topic = "t", .payload = as_bytes(here)} ==
               Publish{.topic = "t", .payload = as_bytes(there)}));
  EXPECT_FALSE(
      (Publish{.topic = "t", .payload = as_bytes("a")} == Publish{.topic = "t", .payload = as_bytes("b")}));
  EXPECT_TRUE((WillView{.payload = as_bytes(here)} == WillView{.payload = as_bytes(there)}));
  EXPECT_TRUE((Connect{.password = as_bytes(here)} == Connect{.password = as_bytes(there)}));
}

TEST(Packets, TellAnEmptyPasswordFromNone) {
  EXPECT_FALSE((Connect{.password = ByteView{}} == Connect{}));
  EXPECT_FALSE((Connect{} == Connect{.password = ByteView{}}));
  EXPECT_FALSE((Connect{.password = as_bytes("a")} == Connect{.password = as_bytes("b")}));
}

// Each member for itself makes a difference.
TEST(Packets, DifferInAnyMember) {
  PropertyList list;
  list.add(PropertyId::topic_alias, 1);
  const Publish publishes[] = {
      {.duplicate = true},        {.qos = QoS::at_least_once}, {.retain = true},          {.topic = "t"},
      {.packet_id = PacketId{1}}, {.properties = list.view()}, {.payload = as_bytes("p")}};
  for (const Publish& publish : publishes) EXPECT_FALSE(publish == Publish{});
  const Connect connects[] = {{.version = ProtocolVersion::v3_1},
                              {.clean_start = false},
                              {.keep_alive = 1},
                              {.properties = list.view()},
                              {.client_id = "c"},
                              {.will = WillView{}},
                              {.user_name = ""}};
  for (const Connect& connect : connects) EXPECT_FALSE(connect == Connect{});
  const WillView wills[] = {{.topic = "t"},
                            {.payload = as_bytes("p")},
                            {.qos = QoS::exactly_once},
                            {.retain = true},
                            {.properties = list.view()}};
  for (const WillView& will : wills) EXPECT_FALSE(will == WillView{});
}

TEST(Packets, KnowTheirType) {
  EXPECT_EQ(type_of(Connect{}), PacketType::connect);
  EXPECT_EQ(type_of(Pubrel{}), PacketType::pubrel);
  EXPECT_EQ(type_of(Auth{}), PacketType::auth);
}

TEST(PacketTypes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int type = 0; type <= 15; ++type) names.insert(name_of(static_cast<PacketType>(type)));
  EXPECT_EQ(names.size(), 16u);
  EXPECT_EQ(name_of(PacketType::publish), "PUBLISH");
}

struct ReturnCodeRow {
  ReasonCode reason;
  int return_code;
};

TEST(ReturnCodes, StandForWhatFitsThem) {
  const ReturnCodeRow rows[] = {
      {ReasonCode::success, 0},
      {ReasonCode::unsupported_protocol_version, 1},
      {ReasonCode::client_identifier_not_valid, 2},
      {ReasonCode::server_unavailable, 3},
      {ReasonCode::server_busy, 3},
      {ReasonCode::quota_exceeded, 3},
      {ReasonCode::connection_rate_exceeded, 3},
      {ReasonCode::use_another_server, 3},
      {ReasonCode::server_moved, 3},
      {ReasonCode::bad_user_name_or_password, 4},
      {ReasonCode::not_authorized, 5},
      {ReasonCode::banned, 5},
      {ReasonCode::bad_authentication_method, 5},
  };
  for (const ReturnCodeRow& row : rows)
    EXPECT_EQ(v3_return_code(row.reason), row.return_code) << name_of(row.reason);
}

TEST(ReturnCodes, AreNothingWhenNoneFits) {  // [MQTT3-3.2.2-6]
  for (const ReasonCode reason : {ReasonCode::malformed_packet, ReasonCode::protocol_error,
                                  ReasonCode::unspecified_error, ReasonCode::topic_name_invalid}) {
    EXPECT_EQ(v3_return_code(reason), std::nullopt) << name_of(reason);
  }
}

TEST(ReturnCodes, GoThereAndBack) {
  for (int code = 0; code <= 5; ++code) {
    const auto return_code = static_cast<std::uint8_t>(code);
    EXPECT_EQ(v3_return_code(*reason_of_v3_return_code(return_code)), return_code);
  }
  EXPECT_EQ(reason_of_v3_return_code(6), std::nullopt);
  EXPECT_EQ(reason_of_v3_return_code(0x80), std::nullopt);
}

}  // namespace
}  // namespace pint::mqtt
