// main() for GoogleTest programs that test an MQTT client: a broker of their own listens on a free port while
// the tests run, and its URL is in the environment variable PINT_URL.
//
//   target_link_libraries(my_tests PRIVATE PintBroker::gtest_main)
#include <cstdlib>

#include <gtest/gtest.h>
#include <pint/broker.hpp>

namespace {

// GoogleTest sets it up before the first test, and not at all for --gtest_list_tests.
class BrokerEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    broker_.start();
    // NOLINTNEXTLINE(concurrency-mt-unsafe): the broker's thread does not look at the environment
    ::setenv("PINT_URL", broker_.url().c_str(), 1);
  }

  void TearDown() override {
    ::unsetenv("PINT_URL");  // NOLINT(concurrency-mt-unsafe): no test runs any more
    broker_.stop();
  }

 private:
  pint::Broker broker_{{.listeners = {pint::Listener::tcp(0)}}};
};

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new BrokerEnvironment);  // GoogleTest deletes it
  return RUN_ALL_TESTS();
}
