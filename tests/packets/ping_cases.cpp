// PINGREQ and PINGRESP: two bytes in every version.
#include "packet_case.hpp"

namespace pint::mqtt::test {

Cases ping_cases() {
  return {
      {.name = "pingreq", .versions = kAll, .bytes = bytes(0xC0, 0), .value = Pingreq{}},
      {.name = "pingresp", .versions = kAll, .bytes = bytes(0xD0, 0), .value = Pingresp{}},
      {.name = "pingreq with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0xC1, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-1 MQTT3-2.2.2-2"},
      {.name = "pingreq with a body",
       .versions = kAll,
       .bytes = bytes(0xC0, 1, 0),
       .error = ReasonCode::malformed_packet},
      {.name = "pingresp with wrong fixed header flags",
       .versions = kAll,
       .bytes = bytes(0xD8, 0),
       .error = ReasonCode::malformed_packet,
       .cites = "MQTT-2.1.3-1 MQTT3-2.2.2-1 MQTT3-2.2.2-2"},
      {.name = "pingresp with a body",
       .versions = kAll,
       .bytes = bytes(0xD0, 1, 0),
       .error = ReasonCode::malformed_packet},
  };
}

}  // namespace pint::mqtt::test
