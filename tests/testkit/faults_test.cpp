// The handle on a plan: its calls go through the executor, and so does what they throw.
#include <stdexcept>

#include "fault_scene.hpp"

namespace pint::test {
namespace {

struct Handled {
  FaultScene faulty;
  int calls = 0;
  Faults faults{faulty.plan, [this](const std::function<void()>& run) {
                  ++calls;
                  run();
                }};
};

TEST(Faults, DoAllOnTheBrokersThread) {
  Handled handled;
  Faults& faults = handled.faults;
  faults.add({.name = "held", .on = sent(PacketType::publish), .action = hold()});
  faults.next(PacketType::pingresp, {no_reply});
  auto& client = handled.faulty.scene.connect("client").subscribe("a");
  handled.faulty.scene.publish({.topic = "a", .payload = "x"});
  EXPECT_EQ(faults.applied("held"), 1u);
  EXPECT_EQ(faults.list().size(), 2u);
  EXPECT_EQ(faults.release("held"), 1u);
  EXPECT_TRUE(faults.remove("held"));
  faults.clear();
  EXPECT_EQ(handled.calls, 7);
  handled.faulty.scene.advance(0s);
  EXPECT_EQ(client.received().size(), 1u);
  EXPECT_TRUE(handled.faulty.plan.idle());
}

TEST(Faults, ThrowToTheCallerAndNotThroughTheExecutor) {
  FaultScene faulty;
  bool passed_through = false;
  Faults faults(faulty.plan, [&](const std::function<void()>& run) {
    try {
      run();
    } catch (...) {
      passed_through = true;
    }
  });
  EXPECT_THROW((void)faults.applied("none"), std::invalid_argument);
  EXPECT_FALSE(passed_through);
}

TEST(Faults, PassOnThatTheBrokerIsStopped) {
  FaultScene faulty;
  const Faults faults(faulty.plan,
                      [](const std::function<void()>&) { throw std::logic_error("the broker is stopped"); });
  EXPECT_THROW((void)faults.list(), std::logic_error);
}

TEST(FaultPlan, IsIdleWithoutFaults) {
  FaultScene faulty;
  EXPECT_TRUE(faulty.plan.idle());
  const std::string name = faulty.add({.on = sent(PacketType::puback), .action = drop()});
  faulty.scene.connect("client");
  EXPECT_FALSE(faulty.plan.idle());
  EXPECT_TRUE(faulty.plan.remove(name));
  EXPECT_TRUE(faulty.plan.idle());
}

}  // namespace
}  // namespace pint::test
