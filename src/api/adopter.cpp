#include "api/adopter.hpp"

#include "api/broker_implementation.hpp"

namespace pint {

net::Adopter BrokerAdoption::adopter_of(Broker& broker) {
  return [&broker](const std::shared_ptr<net::Handover>& handover) {
    return broker.implementation_->adopt(handover);
  };
}

}  // namespace pint
