// What a socket fault must be to be possible.
#pragma once

#include <pint/socket_fault.hpp>

namespace pint::testkit {

// Throw std::invalid_argument with a sentence if it cannot be.
void check(const SocketEffect& effect);
void check(const SocketFault& fault);

}  // namespace pint::testkit
