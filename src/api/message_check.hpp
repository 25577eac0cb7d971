// What publish() and add_rule() refuse before anything reaches the broker thread.
#pragma once

#include <string_view>
#include <system_error>

#include <pint/message.hpp>

namespace pint {

// invalid_topic_name, invalid_message, packet_too_large, or no error.
[[nodiscard]] std::error_code check_message(const Message& message);

// A Topic Filter as in SUBSCRIBE: form and UTF-8.
[[nodiscard]] bool is_topic_filter(std::string_view text);

}  // namespace pint
