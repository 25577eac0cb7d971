// Stubs and a client nobody here wrote: mosquitto_rr, which asks by Response Topic and waits for the answer.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

#include <pint/testkit.hpp>

namespace pint::test {
namespace {

// What the program prints until it ends, which it does after one answer, or sixty seconds.
std::string answer_to(const TestBroker& broker, const std::string& arguments) {
  const std::string command = PINT_MOSQUITTO_RR " -h 127.0.0.1 -W 60 -p " + std::to_string(broker.port());
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> program(
      ::popen((command + ' ' + arguments).c_str(), "r"), &::pclose);
  std::string printed;
  std::array<char, 256> line{};
  while (std::fgets(line.data(), line.size(), program.get()) != nullptr) printed += line.data();
  return printed;
}

TEST(StubsAndMosquittoRr, ItGetsTheAnswerToItsQuestion) {
  TestBroker broker;
  const Stub stub =
      broker.add_stub(when(published("ask/+").client("asker"))
                          .reply_to_response_topic("{1}: {payload}", {.qos = QoS::at_least_once}));
  EXPECT_EQ(answer_to(broker,
                      "-i asker -q 1 -t ask/time -e answers/asker -m now "
                      "-D publish correlation-data 17 -F '%t %p %D'"),
            "answers/asker time: now 17\n");
  stub.verify(times(1));
  broker.verify(published("answers/asker").correlation_data("17"), times(1));
}

TEST(StubsAndMosquittoRr, AScenarioAnswersTheSecondOneDifferently) {
  TestBroker broker;
  broker.add_stub(when(published("pair")).in_state("started").then("paired").reply_to_response_topic("1234"));
  broker.add_stub(when(published("pair")).in_state("paired").reply_to_response_topic("paired already"));
  EXPECT_EQ(answer_to(broker, "-t pair -e code -m ''"), "1234\n");
  EXPECT_EQ(answer_to(broker, "-t pair -e code -m ''"), "paired already\n");
}

}  // namespace
}  // namespace pint::test
