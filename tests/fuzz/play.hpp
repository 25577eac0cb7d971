// What the bytes of a script mean: the first ones choose limits, each later one an action, which takes the
// bytes it needs. Clients of all versions connect, publish, subscribe, acknowledge, send rubbish, read slowly
// and break off; the application publishes, adds rules, cuts, restarts; time passes and jumps. Every input is
// a script, so that whatever libFuzzer changes still does something.
#pragma once

#include <pint/policy.hpp>

#include "base/bytes.hpp"
#include "core/engine_options.hpp"
#include "fuzz/engine_world.hpp"

namespace pint::fuzz {

// A policy that sometimes says no, and has a method of enhanced authentication with two steps.
class Doorkeeper : public Policy {
 public:
  ConnectDecision connect(const ConnectRequest& request) override;
  AuthDecision authenticate(const AuthRequest& request) override;
  ReasonCode publish(const PublishRequest& request) override;
  ReasonCode subscribe(const SubscribeRequest& request) override;
};

// Takes the first bytes of a script.
[[nodiscard]] core::EngineOptions scripted_options(Reader& script);

// Do what the rest of the script says, up to a bounded number of steps, and settle after each.
void play(Reader& script, EngineWorld& world);

}  // namespace pint::fuzz
