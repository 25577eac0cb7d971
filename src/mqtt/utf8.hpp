// UTF-8 as MQTT wants it: well-formed, no surrogates, no U+0000. U+FEFF is kept like any other.
// [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-1.5.4-3]
#pragma once

#include <string_view>

namespace pint::mqtt {

[[nodiscard]] bool is_utf8_text(std::string_view bytes);

}  // namespace pint::mqtt
