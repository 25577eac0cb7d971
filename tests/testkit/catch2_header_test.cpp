// <pint/testkit_catch2.hpp>, in a Catch2 program: it passes if its tests do.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#define CATCH_CONFIG_MAIN
#endif
#include <pint/testkit_catch2.hpp>

TEST_CASE("a broker is verified") {
  pint::TestBroker broker;
  broker.publish("a", "1");
  CHECK_THAT(broker.check(pint::published("a"), pint::times(1)), pint::Passes());
  CHECK_THAT(broker.check(pint::published("a"), pint::never()), !pint::Passes());
  CHECK_THAT(broker.await(pint::published()), pint::Matches(pint::published("a")));
  CHECK_THAT(broker.await(pint::published()), !pint::Matches(pint::published("b")));
}

TEST_CASE("what failed prints as what it says") {
  const pint::Record record{.sequence = 7, .kind = pint::RecordKind::published, .topic = "a/b"};
  CHECK(Catch::Detail::stringify(record) == pint::to_string(record));
  CHECK(Catch::Detail::stringify(pint::Verdict{.passed = false, .explanation = "because"}) == "because");
  CHECK(pint::Matches(pint::published("a/b")).describe() == "is published a/b");
}
