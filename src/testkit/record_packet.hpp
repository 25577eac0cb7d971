// From the bytes of a packet to the fields of its record. Pure; the connection's version and Topic Aliases
// are told.
#pragma once

#include <string_view>

#include <pint/journal.hpp>

#include "mqtt/property.hpp"

namespace pint::testkit {

// Fill in what record.bytes says, given its version and direction. `alias_topic` is what the Topic Alias of a
// PUBLISH without a topic stands for; empty: nobody knows. Bytes that are no packet leave the fields empty,
// and `detail` says why they are none.
void decode_into(Record& record, std::string_view alias_topic);

// All of an Application Message's properties.
[[nodiscard]] Properties properties_of(mqtt::PropertyView encoded);

}  // namespace pint::testkit
