// How many times the engine asks for memory on the way of one message: never at QoS 0, and rarely above. From
// Engine::receive to the consumed outbox, after some messages have gone the same way.
#include <gtest/gtest.h>

#include <new>
#include <ostream>

#include "support/allocation_counter.hpp"
#include "support/traffic.hpp"

namespace pint::test {
namespace {

using enum ProtocolVersion;
using enum QoS;

struct Path {
  TrafficTerms terms;
  std::size_t allowed = 0;  // allocations for each message published
};
void PrintTo(const Path& path, std::ostream* out) { *out << path.terms.name; }

class AllocationPath : public ::testing::TestWithParam<Path> {};

TEST_P(AllocationPath, AsksForNoMoreMemoryThanAllowed) {
  constexpr std::size_t kMessages = 1'000;
  Traffic traffic(GetParam().terms);
  for (std::size_t i = 0; i < 2 * kMessages; ++i) traffic.send_round();
  const std::size_t before = allocations();
  for (std::size_t i = 0; i < kMessages; ++i) traffic.send_round();
  const std::size_t count = allocations() - before;
  EXPECT_LE(count, kMessages * GetParam().allowed) << "a message: " << static_cast<double>(count) / kMessages;
  RecordProperty("allocations_for_1000_messages", static_cast<int>(count));
  EXPECT_EQ(traffic.deliveries(), traffic.expected_deliveries()) << "the path is not the one that was meant";
}

// QoS 1 and 2 keep the message once for all its receivers: one allocation. A large payload is shared, which
// takes one for the message, and one for each receiver's reference to it. A rule's call takes a list, for
// each turn.
const Path kPaths[] = {
    {.terms = {.name = "one_to_one", .version = v3_1_1}},
    {.terms = {.name = "one_to_one_v5", .version = v5}},
    {.terms = {.name = "one_to_one_wildcard", .version = v3_1_1, .filters = {"a/+/c"}}},
    {.terms = {.name = "one_to_one_wildcard_v5", .version = v5, .filters = {"a/#"}}},
    {.terms = {.name = "one_to_one_properties", .version = v5, .properties = true}},
    {.terms = {.name = "one_to_one_identifier", .version = v5, .identifier = 7}},
    {.terms = {.name = "one_to_one_overlapping", .version = v5, .filters = {"a/+/c", "a/b/c", "#"}}},
    {.terms = {.name = "one_to_one_overlapping_identifiers",
               .version = v5,
               .filters = {"a/+/c", "a/b/c", "#"},
               .identifier = 9},
     .allowed = 3},
    {.terms = {.name = "one_to_one_shared", .version = v5, .filters = {"$share/g/a/+/c"}}},
    {.terms = {.name = "one_to_none", .version = v5, .subscribers = 0}},
    {.terms = {.name = "one_to_50", .version = v3_1_1, .subscribers = 50}},
    {.terms = {.name = "one_to_50_v5", .version = v5, .subscribers = 50}},
    {.terms = {.name = "one_to_50_wildcard", .version = v3_1_1, .subscribers = 50, .filters = {"+/b/c"}}},
    {.terms = {.name = "one_to_50_wildcard_v5", .version = v5, .subscribers = 50, .filters = {"+/b/#"}}},
    {.terms = {.name = "one_to_50_properties", .version = v5, .subscribers = 50, .properties = true}},
    {.terms = {.name = "one_to_50_identifier", .version = v5, .subscribers = 50, .identifier = 200}},
    {.terms = {.name = "one_to_one_qos_1", .version = v3_1_1, .qos = at_least_once}, .allowed = 1},
    {.terms = {.name = "one_to_one_qos_1_v5", .version = v5, .qos = at_least_once, .properties = true},
     .allowed = 1},
    {.terms = {.name = "one_to_one_qos_2", .version = v3_1_1, .qos = exactly_once}, .allowed = 1},
    {.terms = {.name = "one_to_one_qos_2_v5", .version = v5, .qos = exactly_once, .properties = true},
     .allowed = 1},
    {.terms = {.name = "one_to_50_qos_1", .version = v3_1_1, .qos = at_least_once, .subscribers = 50},
     .allowed = 1},
    {.terms = {.name = "one_to_50_qos_2_v5",
               .version = v5,
               .qos = exactly_once,
               .subscribers = 50,
               .identifier = 7},
     .allowed = 1},
    {.terms = {.name = "one_to_one_large", .version = v5, .payload_bytes = 10'000}, .allowed = 2},
    {.terms = {.name = "one_to_50_large", .version = v5, .subscribers = 50, .payload_bytes = 10'000},
     .allowed = 51},
    {.terms = {.name = "one_to_a_rule", .version = v3_1_1, .subscribers = 0, .to_rule = true}, .allowed = 2},
};
INSTANTIATE_TEST_SUITE_P(Paths, AllocationPath, ::testing::ValuesIn(kPaths),
                         [](const auto& suite) { return suite.param.terms.name; });

TEST(AllocationCounter, CountsEveryForm) {
  constexpr std::align_val_t kWide{64};
  const std::size_t before = allocations();
  ::operator delete(::operator new(8));
  ::operator delete[](::operator new[](8));
  ::operator delete(::operator new(64, kWide), kWide);
  ::operator delete[](::operator new[](64, kWide), kWide);
  EXPECT_EQ(allocations() - before, 4u);
}

}  // namespace
}  // namespace pint::test
