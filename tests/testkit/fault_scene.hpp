// A scene with a plan of faults, and what the plan told about them.
#pragma once

#include <string>
#include <vector>

#include <pint/fault.hpp>

#include "support/scene.hpp"
#include "testkit/fault_plan.hpp"

namespace pint::test {

struct FaultScene {
  explicit FaultScene(std::uint64_t seed = 1, core::EngineOptions options = Scene::defaults())
      : plan(seed, [this](const testkit::AppliedFault& fault, Time) { told.push_back(fault); }),
        scene(options, nullptr, &plan) {}

  std::string add(Fault fault) { return plan.add(std::move(fault)); }
  // What the last fault that was told did; empty if there was none.
  [[nodiscard]] std::string last_told() const { return told.empty() ? "" : told.back().what; }

  std::vector<testkit::AppliedFault> told;
  testkit::FaultPlan plan;
  Scene scene;
};

}  // namespace pint::test
