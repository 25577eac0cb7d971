// From events to records, for every kind of event but packets.
#pragma once

#include <pint/event.hpp>
#include <pint/journal.hpp>

namespace pint::testkit {

// Fill in what the event says, taking its texts. Precondition: it is no PacketSeen.
void fill(Record& record, Event&& event);

}  // namespace pint::testkit
