// What is wrong with a well-formed string: characters MQTT discourages, a byte order mark, accents apart from
// their letters. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pint::testkit {

// The first control character (U+0001–U+001F, U+007F–U+009F) or non-character, as "U+0007"; empty if there is
// none. [MQTT5 section 1.5.4]
[[nodiscard]] std::string discouraged_character(std::string_view utf8);
[[nodiscard]] bool begins_with_byte_order_mark(std::string_view utf8);
// The first ASCII letter followed by a combining accent for which Unicode has one character for both, as
// "e U+0301"; empty if there is none. Only a part of what NFC normalizes, but the part that file names of
// some systems and careless keyboards produce, and never wrong.
[[nodiscard]] std::string letter_apart_from_accent(std::string_view utf8);

}  // namespace pint::testkit
