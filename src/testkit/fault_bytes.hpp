// What faults make of the bytes of packets. Pure; chance comes from the Random they are given.
#pragma once

#include <optional>
#include <string>

#include <pint/journal.hpp>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "testkit/fault_fields.hpp"

namespace pint::testkit {

// Bytes, and what they are, for the journal: "with Packet Identifier 7 as 31112".
struct Made {
  Bytes bytes;
  std::string what;
};

// The same packet with another identifier, from 1 to 65,535; nothing if it has none.
[[nodiscard]] std::optional<Made> with_wrong_packet_id(ByteView packet, const Record& record, Random& random);

// The same packet with a fixed header that every receiver must take for malformed.
[[nodiscard]] Made with_corrupt_header(ByteView packet, Random& random);

// Whether answer() has anything to say to this packet: it is whole, and above QoS 0 if a PUBLISH.
[[nodiscard]] bool can_be_answered(const Record& request);
// The broker's answer in its place. No bytes where the version has none for the reason. Precondition:
// can_be_answered().
[[nodiscard]] Bytes answer_to(const Record& request, ReasonCode reason);
// Whether the answer tells a reason: in 3.x only those to CONNECT and SUBSCRIBE do.
[[nodiscard]] bool answer_has_reason(const Record& request);

// The same packet with another reason, every one if it has many.
[[nodiscard]] Edited with_reason(ByteView packet, ReasonCode reason, ProtocolVersion version);

}  // namespace pint::testkit
