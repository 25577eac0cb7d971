// Which Reason Codes each packet may have: all 256 numbers against the lists in the packets' own sections.
#include "mqtt/reason_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pint::mqtt {
namespace {

struct Column {
  const char* name;
  PacketType type;
  std::set<int> codes;
};

const std::set<int> kReceipt = {0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99};
const std::set<int> kRelease = {0x00, 0x92};
const Column kColumns[] = {
    {"connack",                     // [MQTT-3.2.2-8]
     PacketType::connack,
     {0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
      0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F}},
    {"puback", PacketType::puback, kReceipt},    // [MQTT-3.4.2-1]
    {"pubrec", PacketType::pubrec, kReceipt},    // [MQTT-3.5.2-1]
    {"pubrel", PacketType::pubrel, kRelease},    // [MQTT-3.6.2-1]
    {"pubcomp", PacketType::pubcomp, kRelease},  // [MQTT-3.7.2-1]
    {"suback",                      // [MQTT-3.9.3-2]
     PacketType::suback,
     {0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2}},
    {"unsuback",                    // [MQTT-3.11.3-2]
     PacketType::unsuback,
     {0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91}},
    {"disconnect",                  // [MQTT-3.14.2-1]
     PacketType::disconnect,
     {0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94,
      0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2}},
    {"auth", PacketType::auth, {0x00, 0x18, 0x19}},  // [MQTT-3.15.2-1]
    {"publish, which has none", PacketType::publish, {}},
};

TEST(ReasonTable, HasEachPacketsCodesAndNoOthers) {
  for (const Column& column : kColumns) {
    for (int code = 0; code <= 0xFF; ++code) {
      EXPECT_EQ(is_legal_reason(static_cast<ReasonCode>(code), column.type), column.codes.contains(code))
          << column.name << ' ' << code;
    }
  }
}

}  // namespace
}  // namespace pint::mqtt
