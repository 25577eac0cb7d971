// BodyReader: takes the fields of a packet's body off the front and remembers the first thing that is wrong.
// Later fields then read as zero or empty, and later complaints are ignored, so that a decoder is a list of
// fields and rules in wire order that asks once, at the end: result().
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include <pint/error.hpp>
#include <pint/message.hpp>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "mqtt/frame.hpp"
#include "mqtt/packet.hpp"
#include "mqtt/property.hpp"
#include "mqtt/refusals.hpp"
#include "mqtt/utf8.hpp"

namespace pint::mqtt {

class BodyReader {
 public:
  BodyReader(const Frame& frame, ProtocolVersion version) : reader_(frame.body), version_(version) {}

  [[nodiscard]] ProtocolVersion version() const { return version_; }
  [[nodiscard]] bool v5() const { return version_ == ProtocolVersion::v5; }
  // The version, once CONNECT has told it.
  void speak(ProtocolVersion version) { version_ = version; }

  // Nothing more to take, or nothing more worth taking: loops over repeated fields end here.
  [[nodiscard]] bool done() const { return !fine() || reader_.empty(); }

  void refuse(Refusal refusal) {
    if (fine()) refusal_ = refusal;
  }
  void malformed_if(bool wrong, const char* why) {
    if (wrong) refuse(malformed(why));
  }
  void protocol_error_if(bool wrong, const char* why) {
    if (wrong) refuse(protocol_error(why));
  }

  std::uint8_t u8() { return reader_.u8(); }
  std::uint16_t u16() { return reader_.u16(); }
  ByteView binary() { return reader_.prefixed(); }
  std::string_view text(const char* why_if_ill_formed) {
    const std::string_view value = as_text(reader_.prefixed());
    malformed_if(!is_utf8_text(value), why_if_ill_formed);
    return value;
  }
  PacketId packet_id() {
    const std::uint16_t id = reader_.u16();
    protocol_error_if(id == 0, "Packet Identifier is 0 [MQTT-2.2.1-3]");
    return PacketId{id};
  }
  // None in 3.x.
  PropertyView properties(PropertyPlace place) {
    if (!v5() || !fine()) return {};
    const Result<PropertyView> checked = checked_properties(reader_, place);
    if (checked) return *checked;
    refusal_ = checked.refusal();
    return {};
  }
  // A Reason Code of 5.0. One that the packet's table does not have cannot be understood: malformed, not
  // forbidden.
  ReasonCode reason(PacketType type);
  // Everything that is left.
  ByteView rest() { return reader_.take(reader_.rest().size()); }

  // The packet, unless something was wrong or bytes are left over.
  template <class Packet>
  [[nodiscard]] Result<Packet> result(Packet packet) const {
    if (refusal_.reason != ReasonCode::success) return refusal_;
    if (reader_.failed()) return malformed("The packet ends too early [section 2.1.4]");
    if (!reader_.empty()) return malformed("Bytes follow the last field [section 2.1.4]");
    return packet;
  }

 private:
  [[nodiscard]] bool fine() const { return refusal_.reason == ReasonCode::success && !reader_.failed(); }

  Reader reader_;
  ProtocolVersion version_;
  Refusal refusal_{ReasonCode::success, ""};
};

// Refuse wrong reserved flags of the fixed header. Not for PUBLISH, whose flags mean something.
void check_flags(BodyReader& body, const Frame& frame, ProtocolVersion version);

}  // namespace pint::mqtt
