// The words of `pintbroker bench`: what is understood and what is refused, with the mend.
#include "bench/command_line.hpp"

#include <gtest/gtest.h>

#include "bench/report.hpp"

namespace pint::bench {
namespace {

CommandLine parse(std::vector<const char*> words) { return parse_command_line(words); }

TEST(BenchCommandLine, UnderstandsScenarioAddressFlagsAndCommand) {
  const CommandLine line =
      parse({"latency", "mqtt://localhost:1884", "--rate", "5000", "--qos=1", "--duration", "500ms", "--mqtt",
             "5.0", "--json", "--", "other", "-p", "{port}"});
  EXPECT_EQ(line.problem, "");
  EXPECT_EQ(line.plan.scenario, Scenario::latency);
  EXPECT_EQ(line.plan.broker->host, "127.0.0.1");
  EXPECT_EQ(line.plan.broker->port, 1884);
  EXPECT_EQ(line.plan.rate, 5'000u);
  EXPECT_EQ(line.plan.qos, QoS::at_least_once);
  EXPECT_EQ(line.plan.duration, std::chrono::milliseconds(500));
  EXPECT_EQ(line.plan.version, ProtocolVersion::v5);
  EXPECT_TRUE(line.plan.json);
  EXPECT_EQ(line.plan.command, (std::vector<std::string>{"other", "-p", "{port}"}));
}

TEST(BenchCommandLine, IsThroughputOfAnOwnBrokerWithoutWords) {
  const CommandLine line = parse({});
  EXPECT_EQ(line.problem, "");
  EXPECT_EQ(line.plan.scenario, Scenario::throughput);
  EXPECT_FALSE(line.plan.broker);
}

struct BadCase {
  std::vector<const char*> words;
  const char* problem;
};

const BadCase kBadCases[] = {
    {{"192.168.1.5:1883"},
     "192.168.1.5:1883: is not on loopback, and the benchmark stays on this machine; give 127.0.0.1:PORT"},
    {{"0.0.0.0:1883"},
     "0.0.0.0:1883: is not on loopback, and the benchmark stays on this machine; give 127.0.0.1:PORT"},
    {{"127.evil.example:1883"},
     "127.evil.example:1883: is not on loopback, and the benchmark stays on this machine; give "
     "127.0.0.1:PORT"},
    {{"througput"}, "througput: is neither a scenario nor HOST:PORT"},
    {{"127.0.0.1:0"}, "127.0.0.1:0: is neither a scenario nor HOST:PORT"},
    {{"127.0.0.1:65536"}, "127.0.0.1:65536: is neither a scenario nor HOST:PORT"},
    {{"127.0.0.1:1", "127.0.0.1:2"}, "127.0.0.1:2: is one address too many"},
    {{"--qos", "3"}, "--qos: \"3\" is none of them; give 0, 1 or 2"},
    {{"--payload"}, "--payload: needs a value"},
    {{"--payload", "much"}, "--payload: \"much\" is not a size such as 4096, 64KiB or 1GiB; give 0 to 64MiB"},
    {{"--inflight", "0"}, "--inflight: \"0\" is out of range; give 1 to 65535"},
    {{"--json=yes"}, "--json: takes no value"},
    {{"--pubishers", "2"}, "--pubishers: unknown flag; did you mean --publishers?"},
    {{"--zzzzzzzzzzz"}, "--zzzzzzzzzzz: unknown flag; see pintbroker bench --help"},
    {{"idle", "--qos", "1"}, "--qos: means nothing for idle"},
    {{"--pairs", "2", "--publishers", "2"},
     "--pairs: says how many publishers and subscribers there are; leave out the others"},
    {{"--qos", "1", "--subscriber-rate", "5"}, "--subscriber-rate: is for QoS 0"},
    {{"latency", "--payload", "8"}, "--payload: latency needs 16 bytes or more, for number and time"},
    {{"--"}, "--: needs the command that starts a broker"},
};

TEST(BenchCommandLine, RefusesWithTheMend) {
  for (const BadCase& row : kBadCases) EXPECT_EQ(parse(row.words).problem, row.problem);
}

TEST(BenchReport, WritesTheSameForPeopleAndAsJson) {
  Report report;
  report.put("name", "name", "a \"b\"").put("rate", "a second", 1'234'567.25, 1);
  report.put_findings({.lost = 2, .duplicated = 1}, true);
  EXPECT_FALSE(report.complete());
  EXPECT_NE(report.table().find("a second    1,234,567.2"), std::string::npos) << report.table();
  EXPECT_NE(report.table().find("NOT RIGHT: lost: 2"), std::string::npos);
  EXPECT_EQ(
      report.json(),
      "{\"name\": \"a \\\"b\\\"\", \"rate\": 1234567.2, \"lost\": 2, \"duplicated\": 1, \"reordered\": 0, "
      "\"unknown\": 0, \"complete\": false, \"problems\": [\"lost: 2\"]}\n");
}

TEST(BenchReport, DuplicatesAreAProblemWhereTheQoSForbidsThem) {
  EXPECT_TRUE(Report().put_findings({.duplicated = 1}, true).complete());
  EXPECT_FALSE(Report().put_findings({.duplicated = 1}, false).complete());
  EXPECT_FALSE(Report().put_findings({.reordered = 1}, true).complete());
  EXPECT_FALSE(Report().put_findings({.unknown = 1}, true).complete());
}

}  // namespace
}  // namespace pint::bench
