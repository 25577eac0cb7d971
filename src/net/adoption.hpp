// A connection on its way from whoever accepted it to the broker that is to serve it.
#pragma once

#include <functional>
#include <memory>

#include "base/bytes.hpp"
#include "net/listener.hpp"

namespace pint::net {

struct Handover {
  Listener::Accepted connection;  // whose socket does not block
  Bytes already_read;
};

// Gives a connection to one broker, from any thread and without waiting. False: it does not run, and the
// connection is still the caller's. If it stops before it has taken the connection, that is closed.
using Adopter = std::function<bool(const std::shared_ptr<Handover>&)>;

}  // namespace pint::net
