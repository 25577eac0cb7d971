// The parts of BodyReader that need a table: reserved flags and Reason Codes.
#include "mqtt/body_reader.hpp"

#include "mqtt/reason_table.hpp"

namespace pint::mqtt {
namespace {

struct Rule {
  std::uint8_t flags;
  const char* why;
};

// Fixed header flags by packet type, 0 to 15. [section 2.1.3]
constexpr const char* kReserved = "Reserved flags of the fixed header are wrong [MQTT-2.1.3-1]";
constexpr Rule kFlags[] = {
    {0, kReserved},
    {0, kReserved},  // CONNECT
    {0, kReserved},  // CONNACK
    {0, kReserved},  // PUBLISH: not looked up
    {0, kReserved},  // PUBACK
    {0, kReserved},  // PUBREC
    {2, "PUBREL's reserved flags are not 0010 [MQTT-3.6.1-1]"},
    {0, kReserved},  // PUBCOMP
    {2, "SUBSCRIBE's reserved flags are not 0010 [MQTT-3.8.1-1]"},
    {0, kReserved},  // SUBACK
    {2, "UNSUBSCRIBE's reserved flags are not 0010 [MQTT-3.10.1-1]"},
    {0, kReserved},  // UNSUBACK
    {0, kReserved},  // PINGREQ
    {0, kReserved},  // PINGRESP
    {0, "DISCONNECT's reserved flags are not 0 [MQTT-3.14.1-1]"},
    {0, "AUTH's reserved flags are not 0 [MQTT-3.15.1-1]"},
};

const char* why_illegal(PacketType type) {
  switch (type) {
    case PacketType::connack: return "CONNACK's Reason Code is not in its table [MQTT-3.2.2-8]";
    case PacketType::puback: return "PUBACK's Reason Code is not in its table [MQTT-3.4.2-1]";
    case PacketType::pubrec: return "PUBREC's Reason Code is not in its table [MQTT-3.5.2-1]";
    case PacketType::pubrel: return "PUBREL's Reason Code is not in its table [MQTT-3.6.2-1]";
    case PacketType::pubcomp: return "PUBCOMP's Reason Code is not in its table [MQTT-3.7.2-1]";
    case PacketType::suback: return "A Reason Code of SUBACK is not in its table [MQTT-3.9.3-2]";
    case PacketType::unsuback: return "A Reason Code of UNSUBACK is not in its table [MQTT-3.11.3-2]";
    case PacketType::disconnect: return "DISCONNECT's Reason Code is not in its table [MQTT-3.14.2-1]";
    case PacketType::auth: return "AUTH's Reason Code is not in its table [MQTT-3.15.2-1]";
    default: return "The packet has no Reason Code [section 2.4]";
  }
}

}  // namespace

ReasonCode BodyReader::reason(PacketType type) {
  const auto code = static_cast<ReasonCode>(reader_.u8());
  malformed_if(!is_legal_reason(code, type), why_illegal(type));
  return code;
}

void check_flags(BodyReader& body, const Frame& frame, ProtocolVersion version) {
  const Rule& rule = kFlags[frame.first_byte >> 4];
  // 3.1 may set DUP when it sends PUBREL, SUBSCRIBE or UNSUBSCRIBE again.
  constexpr std::uint8_t kDuplicate = 0x08;
  const bool resend =
      version == ProtocolVersion::v3_1 && rule.flags != 0 && frame.flags() == (rule.flags | kDuplicate);
  body.malformed_if(frame.flags() != rule.flags && !resend, rule.why);
}

}  // namespace pint::mqtt
