// One message as one line of JSON: what print writes, file: appends and exec: feeds.
//
//   {"time":"2026-03-01T12:00:00.000Z","topic":"a/b","qos":1,"retain":false,"payload":"21.5"}
//
// "payload" is text when it is UTF-8 without U+0000; otherwise "payload_base64" takes its place. "properties"
// is there when the message has any, with the member names of pint::Properties.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <pint/message.hpp>

namespace pint::actions {

// Ends with the line's only newline. `time` is when the message was handled.
[[nodiscard]] std::string json_line(const Message& message, std::chrono::system_clock::time_point time);

// RFC 4648 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace pint::actions
