// Device checks: how a client under test behaved, judged by the records of what happened. Pure functions; the
// records are a journal's, in order.
#pragma once

#include <chrono>
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
  // So long must the last one be: what is shorter is noise, or might as well be.
  std::chrono::nanoseconds last_at_least = std::chrono::milliseconds{500};
};

// Does the client wait longer and longer before it comes back? Counted are the waits, by the wall clock, from
// the end of each connection to the client's next CONNECT, of the last row that no accepted connection
// interrupts: back-off begins anew after a success. Throws std::invalid_argument for terms that are none.
[[nodiscard]] DeviceVerdict check_back_off(const std::vector<Record>& records, std::string_view client_id,
                                           const BackOffTerms& terms = {});

// Was this PUBLISH of QoS 1 or 2 sent again, and rightly: the same Packet Identifier and message, DUP 1, and
// in 5.0 on another connection? Throws std::invalid_argument if `publish` is another kind of record.
[[nodiscard]] DeviceVerdict check_resent(const std::vector<Record>& records, const Record& publish);

// Did the message of this PUBLISH arrive once, however often it was sent? Its client, topic and payload must
// tell it from others. Throws std::invalid_argument if `publish` is another kind of record.
[[nodiscard]] DeviceVerdict check_exactly_once(const std::vector<Record>& records, const Record& publish);

// Did the client subscribe again after this SUBSCRIBE of it? Says whether on the same connection or a later
// one. Throws std::invalid_argument if `subscribe` is another kind of record.
[[nodiscard]] DeviceVerdict check_subscribed_again(const std::vector<Record>& records,
                                                   const Record& subscribe);

// Did the client end the connection on which this PINGREQ came, or was it the broker, or nobody? Throws
// std::invalid_argument if `pingreq` is another kind of record.
[[nodiscard]] DeviceVerdict check_gave_up(const std::vector<Record>& records, const Record& pingreq);

// When was the client back after this end of its connection: not before `soonest`? Throws
// std::invalid_argument if `end` is another kind of record.
[[nodiscard]] DeviceVerdict check_came_back(const std::vector<Record>& records, const Record& end,
                                            std::chrono::nanoseconds soonest = {});
// The opposite: did it send no CONNECT since?
[[nodiscard]] DeviceVerdict check_stayed_away(const std::vector<Record>& records, const Record& end);

// Is the client subscribed in its first connection after this end of one: by its Session, or because it
// subscribed anew? Without `session_kept` the Session was the broker's to lose; with it, the client must
// resume it. Throws std::invalid_argument if `end` is another kind of record.
[[nodiscard]] DeviceVerdict check_resumed(const std::vector<Record>& records, const Record& end,
                                          bool session_kept);

// Did the client acknowledge this PUBLISH to it, or at QoS 0 keep its connection? Throws
// std::invalid_argument if `publish` is another kind of record.
[[nodiscard]] DeviceVerdict check_taken(const std::vector<Record>& records, const Record& publish);

}  // namespace pint
