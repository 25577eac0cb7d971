// start_on(): <pint/asio.hpp>, which is not included here so that Asio stays in net/asio_driver.cpp.
#include <pint/broker.hpp>

#include "api/broker_implementation.hpp"

namespace pint {

struct EmbeddedStart {
  static void start(Broker& broker, boost::asio::io_context& context) {
    broker.implementation_->start_on(context);
  }
};

void start_on(Broker& broker, boost::asio::io_context& context);
void start_on(Broker& broker, boost::asio::io_context& context) { EmbeddedStart::start(broker, context); }

}  // namespace pint
