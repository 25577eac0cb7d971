// From pint::Properties, as programs write them, to encoded properties of a PUBLISH.
#pragma once

#include <pint/message.hpp>

#include "mqtt/property.hpp"

namespace pint::core {

// All but Message Expiry Interval and Subscription Identifiers, which differ per receiver. The caller has
// checked sizes and UTF-8.
void add_message_properties(mqtt::PropertyList& out, const Properties& properties);

}  // namespace pint::core
