// Device checks: how a client under test behaved, judged by the records of what happened. Pure functions; the
// records are a journal's, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pint/journal.hpp>

namespace pint {

struct DeviceVerdict {
  bool passed = false;
  std::string explanation = {};              // one sentence, with what was measured
  std::vector<std::uint64_t> evidence = {};  // sequences of the records it rests on
  explicit operator bool() const { return passed; }
};

struct BackOffTerms {
  std::size_t waits = 4;  // so many must have been seen; 2 or more
  bool jitter = true;     // and must not double exactly, nor be all the same
};

// Does the client wait longer and longer before it comes back? Counted are the waits, by the wall clock, from
// the end of each connection to the client's next CONNECT, of the last row that no accepted connection
// interrupts: back-off begins anew after a success. Throws std::invalid_argument for terms that are none.
[[nodiscard]] DeviceVerdict check_back_off(const std::vector<Record>& records, std::string_view client_id,
                                           const BackOffTerms& terms = {});

// Was this PUBLISH of QoS 1 or 2 sent again, and rightly: the same Packet Identifier and message, DUP 1?
// Throws std::invalid_argument if `publish` is another kind of record.
[[nodiscard]] DeviceVerdict check_resent(const std::vector<Record>& records, const Record& publish);

// Did the message of this PUBLISH arrive once, however often it was sent? Its client, topic and payload must
// tell it from others. Throws std::invalid_argument if `publish` is another kind of record.
[[nodiscard]] DeviceVerdict check_exactly_once(const std::vector<Record>& records, const Record& publish);

}  // namespace pint
