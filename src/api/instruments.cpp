#include "api/instruments.hpp"

#include <utility>

#include "api/broker_implementation.hpp"

namespace pint {

Broker InstrumentedBroker::make(Options options, const Instruments& instruments) {
  return Broker(std::make_unique<Broker::Implementation>(std::move(options), instruments));
}

bool InstrumentedBroker::between_turns(Broker& broker, const std::function<void(RunningBroker&)>& work) {
  return broker.implementation_->between_turns(work);
}

bool InstrumentedBroker::on_broker_thread(const Broker& broker) {
  return broker.implementation_->on_broker_thread();
}

void InstrumentedBroker::remove_added_rules(Broker& broker) { broker.implementation_->remove_added_rules(); }

}  // namespace pint
