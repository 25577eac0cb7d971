// The journal of a TestBroker: everything that happens is in it, in order, and on files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "support/scratch_folder.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

// Records without number, time, address and what differs from run to run.
std::vector<std::string> kinds(const std::vector<Record>& records) {
  std::vector<std::string> out;
  for (const Record& record : records) {
    std::string text(name_of(record.kind));
    if (record.packet_type)
      text = std::string(record.direction == Direction::received ? "<- " : "-> ") +
             std::string(name_of(*record.packet_type));
    out.push_back(text);
  }
  return out;
}

TEST(TestBrokerJournal, HasEverythingInOrder) {
  TestBroker broker;
  broker.add_rule("a/#", [](const Message&) { throw std::runtime_error("no"); });
  WireClient client(broker.port());
  client.connect("dev-1");
  client.subscribe("a/b");
  client.publish("a/b", "1", QoS::at_least_once);
  broker.await(handler_failed());
  client.send(mqtt::Disconnect{});
  broker.await(session_ended("dev-1"));
  EXPECT_EQ(kinds(broker.journal()),
            (std::vector<std::string>{"<- CONNECT", "-> CONNACK", "connected", "<- SUBSCRIBE", "subscribed",
                                      "-> SUBACK", "<- PUBLISH", "-> PUBLISH", "published", "-> PUBACK",
                                      "rule called", "handler failed", "<- DISCONNECT", "disconnected",
                                      "session ended"}));
}

TEST(TestBrokerJournal, NumbersWithoutGapsAndNeverGoesBackInTime) {
  TestBroker broker;
  for (int i = 0; i < 10; ++i) {
    broker.publish("a/b", std::to_string(i));
    broker.advance(1s);
  }
  const std::vector<Record> records = broker.journal();
  ASSERT_EQ(records.size(), 10u);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].sequence, i + 1);
    EXPECT_EQ(records[i].at, std::chrono::seconds{i});
  }
  EXPECT_TRUE(std::ranges::is_sorted(records, {}, &Record::wall));
}

TEST(TestBrokerJournal, HasWhatWasPublishedJustBeforeTheQuestion) {
  TestBroker broker;
  broker.publish("a/b", "1");
  EXPECT_EQ(broker.journal(published("a/b")).size(), 1u);
}

TEST(TestBrokerJournal, RefusesToAnswerWithoutWhatWasDropped) {
  TestBroker broker({.journal_records = 3});
  for (int i = 0; i < 5; ++i) broker.publish("a/b", std::to_string(i));
  EXPECT_THROW(static_cast<void>(broker.journal()), std::out_of_range);
  EXPECT_THROW(static_cast<void>(broker.journal(published())), std::out_of_range);
  const Record third = broker.await(published().payload("2"));
  EXPECT_EQ(broker.journal(published().after(third)).size(), 2u);
}

TEST(TestBrokerJournal, IsSavedAsJsonLinesAndAsACapture) {
  TestBroker broker;
  WireClient client(broker.port());
  client.connect("dev-1");
  client.publish("a/b", "1").ping();
  const ScratchFolder folder;
  const std::filesystem::path path = folder / "journal";
  broker.save_json_lines(path);
  std::ifstream lines(path);
  std::string line;
  std::size_t count = 0;
  while (std::getline(lines, line)) ++count;
  EXPECT_EQ(count, broker.journal().size());
  broker.save_pcapng(path);
  EXPECT_GT(std::filesystem::file_size(path), 100u);
}

}  // namespace
}  // namespace pint::test
