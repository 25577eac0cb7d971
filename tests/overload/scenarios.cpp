// The table of all scenarios, and how the broker of each is set up.
#include "overload/scenario.hpp"

namespace pint::overload {
namespace {

using namespace std::chrono_literals;

void short_connect_timeout(Setup& setup) { setup.options.limits.connect_timeout = 300ms; }

void short_queue(Setup& setup) { setup.options.limits.queue_messages = 10'000; }

void small_packets(Setup& setup) { setup.options.limits.maximum_packet_size = 64u << 10; }

void few_descriptors(Setup& setup) { setup.descriptors = 64; }

void little_memory(Setup& setup) { setup.options.limits.memory_bytes = std::size_t{16} << 20; }

void rules_in_a_ring(Setup& setup) { setup.rules = {"ring/a=topic:ring/b", "ring/b=topic:ring/a"}; }

void handler_that_throws(Setup& setup) {
  setup.options.rules.push_back({.topic_filter = "thrown/#", .on_message = [](const Message&) {
                                   throw std::runtime_error("out of order");
                                 }});
}

void file_on_a_full_disk(Setup& setup) { setup.rules = {"log/#=file:/dev/full"}; }

void commands_that_do_not_read(Setup& setup) {
  setup.rules = {"log/#=exec:exit 1", "log/#=exec:exec tail --pid=$PPID -f /dev/null"};
}

constexpr Scenario kScenarios[] = {
    {"idle_connections", nullptr, idle_connections},
    {"connections_at_once", nullptr, connections_at_once},
    {"silent_connections", short_connect_timeout, silent_connections},
    {"byte_by_byte", short_connect_timeout, byte_by_byte},
    {"unread_messages", nullptr, unread_messages},
    {"unread_acknowledgements", nullptr, unread_acknowledgements},
    {"slow_subscriber", short_queue, slow_subscriber},
    {"announced_packet", nullptr, announced_packet},
    {"packet_over_limit", small_packets, packet_over_limit},
    {"long_topic", nullptr, long_topic},
    {"deep_topic", nullptr, deep_topic},
    {"descriptors_exhausted", few_descriptors, descriptors_exhausted},
    {"memory_limit", little_memory, memory_limit},
    {"retained_messages", nullptr, retained_messages},
    {"subscriptions", nullptr, subscriptions},
    {"wildcard_bomb", nullptr, wildcard_bomb},
    {"rule_loop", rules_in_a_ring, rule_loop},
    {"throwing_handler", handler_that_throws, throwing_handler},
    {"full_disk", file_on_a_full_disk, full_disk},
    {"dead_command", commands_that_do_not_read, dead_command},
    {"clock_jump", nullptr, clock_jump},
};

}  // namespace

std::span<const Scenario> scenarios() { return kScenarios; }

}  // namespace pint::overload
