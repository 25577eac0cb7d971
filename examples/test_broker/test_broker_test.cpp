// The first test: a broker of its own, a real client, and what it did.
#include <gtest/gtest.h>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

//! [first]
TEST(Thermometer, ReportsWhatItMeasures) {
  pint::TestBroker broker;                         // on loopback, at a free port
  example::Device device("dev-1", broker.port());  // the client under test
  broker.await(pint::connected("dev-1"));
  device.publish("dev-1/temp", "21.5");
  broker.verify(pint::published("dev-1/temp").payload("21.5"), pint::times(1));
}
//! [first]

}  // namespace
