// A stranger's test of something that publishes: no sleeping, and a failure that says why.
#include <chrono>
#include <cstdlib>
#include <string_view>

#include <pint/testkit.hpp>

int main() {
  pint::TestBroker broker;
  broker.add_rule("alarm", [&](const pint::Message&) { broker.publish("siren", "on"); });
  broker.publish("alarm", "1");
  broker.verify(pint::published("siren").payload("on"), pint::times(1));
  broker.advance(std::chrono::hours{1});
  const pint::Verdict verdict = broker.check(pint::published("siren").payload("off"), pint::never());
  const pint::Verdict failed =
      broker.check(pint::published("siren").payload("off"), {}, std::chrono::seconds{0});
  const bool says_why =
      std::string_view(failed.explanation).find("payload: expected") != std::string_view::npos;
  return verdict && !failed && says_why && broker.now() == std::chrono::hours{1} ? EXIT_SUCCESS
                                                                                 : EXIT_FAILURE;
}
