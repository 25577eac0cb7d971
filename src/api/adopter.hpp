// The adopter of a Broker: how a connection that somebody else accepted comes to it.
#pragma once

#include <pint/broker.hpp>

#include "net/adoption.hpp"

namespace pint {

struct BrokerAdoption {
  // The broker must outlive the answer.
  [[nodiscard]] static net::Adopter adopter_of(Broker& broker);
};

}  // namespace pint
