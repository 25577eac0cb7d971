// settle(): wait until the broker thread has carried out what was asked of it before, and has had a turn.
#pragma once

#include <pint/broker.hpp>

namespace pint::test {

inline void settle(const Broker& broker) { static_cast<void>(broker.stats()); }

}  // namespace pint::test
