// problems_of(): a whole sentence for every bad option, that names it and the mend.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pint/message_queue.hpp>
#include <pint/options.hpp>

namespace pint::test {
namespace {

using namespace std::chrono_literals;

struct Case {
  const char* name;
  std::function<void(Options&)> spoil;
  std::vector<std::string> problems;
};

const Case kCases[] = {
    {"Defaults", [](Options&) {}, {}},
    {"NameEmpty", [](Options& o) { o.name.clear(); }, {"name is empty: choose 1 to 65,535 bytes of UTF-8."}},
    {"NameLong",
     [](Options& o) { o.name = std::string(65'536, 'n'); },
     {"name has 65536 bytes: choose 1 to 65,535."}},
    {"NameControl",
     [](Options& o) { o.name = std::string("a\nb"); },
     {"name has a control character: leave it out."}},
    {"NameNotUtf8",
     [](Options& o) { o.name = std::string("\xFF"); },
     {"name is not UTF-8: choose 1 to 65,535 bytes of UTF-8."}},
    {"HostName",
     [](Options& o) { o.listeners = {Listener::tcp(1, "localhost")}; },
     {"listeners[0].address is \"localhost\": choose an IPv4 or IPv6 address, such as 127.0.0.1; host names "
      "are not "
      "looked up."}},
    {"PortTwice",
     [](Options& o) {
       o.listeners = {Listener::tcp(1), Listener::tcp(2), Listener::tcp(1)};
     },
     {"listeners[2].port is 1, as in listeners[0]: choose another, or 0 for any."}},
    {"PortTwiceElsewhere",
     [](Options& o) {
       o.listeners = {Listener::tcp(1), Listener::tcp(1, "::1")};
     },
     {}},
    {"AnyPortTwice",
     [](Options& o) {
       o.listeners = {Listener::tcp(0), Listener::tcp(0)};
     },
     {}},
    {"Connections",
     [](Options& o) { o.limits.connections = 0; },
     {"limits.connections is 0: choose 1 or more."}},
    {"ConnectTimeout",
     [](Options& o) { o.limits.connect_timeout = 0ms; },
     {"limits.connect_timeout is 0 ms: choose 1 or more ms."}},
    {"PacketSizeLow",
     [](Options& o) { o.limits.maximum_packet_size = 0; },
     {"limits.maximum_packet_size is 0: choose 1 to 268435460."}},
    {"PacketSizeHigh",
     [](Options& o) { o.limits.maximum_packet_size = 268'435'461; },
     {"limits.maximum_packet_size is 268435461: choose 1 to 268435460."}},
    {"ReceiveMaximum",
     [](Options& o) { o.limits.receive_maximum = 0; },
     {"limits.receive_maximum is 0: choose 1 to 65535."}},
    {"KeepAlive",
     [](Options& o) { o.limits.keep_alive_maximum = 65'536s; },
     {"limits.keep_alive_maximum is 65536 s: choose 0 to 65535 s."}},
    {"SessionExpiry",
     [](Options& o) { o.limits.session_expiry_maximum = -1s; },
     {"limits.session_expiry_maximum is -1 s: choose 0 to 4294967295 s."}},
    {"Inflight", [](Options& o) { o.limits.inflight = 0; }, {"limits.inflight is 0: choose 1 to 65535."}},
    {"Outbox",
     [](Options& o) { o.limits.outbox_bytes = 1; },
     {"limits.outbox_bytes is 1 bytes: choose 1024 or more bytes."}},
    {"Subscriptions",
     [](Options& o) { o.limits.subscriptions_per_client = 0; },
     {"limits.subscriptions_per_client is 0: choose 1 or more."}},
    {"Memory",
     [](Options& o) { o.limits.memory_bytes = 0; },
     {"limits.memory_bytes is 0 bytes: choose 1024 or more bytes."}},
    {"Mailbox",
     [](Options& o) { o.limits.mailbox_bytes = 0; },
     {"limits.mailbox_bytes is 0 bytes: choose 1 or more bytes."}},
    {"RuleHops", [](Options& o) { o.limits.rule_hops = 255; }, {"limits.rule_hops is 255: choose 0 to 254."}},
    {"MaximumQos",
     [](Options& o) { o.features.maximum_qos = static_cast<QoS>(3); },
     {"features.maximum_qos is 3: choose 0 to 2."}},
    {"ResponseInformation",
     [](Options& o) { o.features.response_information = std::string("\xFF"); },
     {"features.response_information is not a string of MQTT: choose up to 65,535 bytes of UTF-8."}},
    {"SysInterval", [](Options& o) { o.sys_interval = -1s; }, {"sys_interval is -1 s: choose 0 or more s."}},
    {"RuleFilter",
     [](Options& o) { o.rules = {{.topic_filter = "a#", .on_message = [](const Message&) {}}}; },
     {"rules[0].topic_filter is \"a#\": choose a Topic Filter, with # only as its last level and + alone in "
      "a level."}},
    {"RuleWithoutHandler",
     [](Options& o) { o.rules = {{.topic_filter = "a"}}; },
     {"rules[0] must have exactly one handler: set on_message, on_payload or queue."}},
    {"RuleWithTwoHandlers",
     [](Options& o) {
       o.rules = {{.topic_filter = "a",
                   .on_message = [](const Message&) {},
                   .queue = std::make_shared<MessageQueue>()}};
     },
     {"rules[0] must have exactly one handler: set on_message, on_payload or queue."}},
};

class ProblemsOf : public testing::TestWithParam<Case> {};

TEST_P(ProblemsOf, NamesTheOptionAndTheMend) {
  Options options;
  GetParam().spoil(options);
  EXPECT_EQ(problems_of(options), GetParam().problems);
}

INSTANTIATE_TEST_SUITE_P(Options, ProblemsOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace pint::test
