// The words for values of a record, as they stand in its line, in differences and in descriptions of
// patterns. Everything a client chose goes through in_quotes() or plain(): it cannot forge a line nor steer a
// terminal.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <pint/journal.hpp>

namespace pint::testkit {

// "21.5", with its quotation marks. Bytes that are no UTF-8 as \xNN; after 64 bytes cut, with the size
// behind.
[[nodiscard]] std::string in_quotes(std::string_view bytes);
// The same without marks and never cut, for topics and names; "none" if empty.
[[nodiscard]] std::string plain(std::string_view text);

[[nodiscard]] std::string_view text_of(bool value);
[[nodiscard]] std::string text_of(QoS qos);
[[nodiscard]] std::string_view text_of(ProtocolVersion version);                 // "MQTT 5.0"
[[nodiscard]] std::string text_of(ReasonCode reason);                            // "0x87 Not authorized"
[[nodiscard]] std::string text_of(std::chrono::nanoseconds time);                // "+1.500 s"
[[nodiscard]] std::string text_of(const std::vector<UserProperty>& properties);  // a="1", b="2"
[[nodiscard]] std::string span_text(std::chrono::nanoseconds span);              // "60 s", "1.5 s"

// "published"; packets: "received PUBLISH".
[[nodiscard]] std::string kind_text(RecordKind kind, Direction direction, std::optional<PacketType> type);
[[nodiscard]] std::string kind_text(const Record& record);

// The client; its address if it has no name yet; otherwise "the application", or "the broker" where that is
// it.
[[nodiscard]] std::string who(const Record& record);

}  // namespace pint::testkit
