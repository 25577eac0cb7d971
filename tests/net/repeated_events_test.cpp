// Which of many events that are alike are told in a log.
#include "api/repeated_events.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <pint/broker.hpp>

#include "support/inbox.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

Event dropped(std::string client_id, DropCause cause = DropCause::outbox_full) {
  return MessageDropped{.client_id = std::move(client_id), .topic = "a", .cause = cause};
}

Event refused(std::string client_id) {
  return ConnectRefused{
      .client = {.client_id = std::move(client_id)}, .reason = ReasonCode::not_authorized, .explanation = {}};
}

TEST(RepeatedEvents, CountsWhatIsAlike) {
  RepeatedEvents events;
  EXPECT_EQ(events.count(dropped("slow")), 1u);
  EXPECT_EQ(events.count(dropped("slow")), 2u);
  EXPECT_EQ(events.count(dropped("other")), 1u);
  EXPECT_EQ(events.count(dropped("slow", DropCause::queue_full)), 1u);
  EXPECT_EQ(events.count(LimitReached{.limit = "outbox_bytes", .client_id = "slow"}), 1u);
  EXPECT_EQ(events.count(refused("slow")), 1u);
  EXPECT_EQ(events.count(HandlerFailed{.handler = "rule a/#", .explanation = "no"}), 1u);
  EXPECT_EQ(events.count(HandlerFailed{.handler = "rule a/#", .explanation = "no"}), 2u);
  EXPECT_EQ(events.count(dropped("slow")), 3u);
}

TEST(RepeatedEvents, TellsEachOfTheOthers) {
  RepeatedEvents events;
  const Event published = MessagePublished{.client_id = "c", .message = {.topic = "a"}};
  EXPECT_EQ(events.count(published), 1u);
  EXPECT_EQ(events.count(published), 1u);
  EXPECT_EQ(events.kinds(), 0u);
}

TEST(RepeatedEvents, BeginsAnewWithAConnection) {
  RepeatedEvents events;
  events.count(dropped("slow"));
  events.count(LimitReached{.limit = "outbox_bytes", .client_id = "slow"});
  events.count(dropped("slower"));
  events.count(ClientConnected{.client = {.client_id = "slow"}});
  EXPECT_EQ(events.count(dropped("slow")), 1u);
  EXPECT_EQ(events.count(dropped("slower")), 2u);
}

TEST(RepeatedEvents, KeepsABoundedNumberOfKinds) {
  RepeatedEvents events;
  for (int i = 0; i < 5'000; ++i) events.count(dropped("client-" + std::to_string(i)));
  EXPECT_LE(events.kinds(), 1'000u);
}

TEST(RepeatedEvents, TheFirstTenAreToldAndThenPowersOfTen) {
  std::vector<std::uint64_t> told;
  for (std::uint64_t n = 1; n <= 100'000; ++n) {
    if (is_told(n)) told.push_back(n);
  }
  EXPECT_EQ(told, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1'000, 10'000, 100'000}));
}

TEST(RepeatedEvents, WhatFollowsIsSaid) {
  EXPECT_EQ(count_text(9), "");
  EXPECT_EQ(count_text(10),
            ", for the 10th time (the next such line comes with the 100th; level debug has all)");
  EXPECT_EQ(count_text(11), "");
}

TEST(RepeatedEvents, OfAHandlerThatAlwaysFailsAreFewLinesOfLevelError) {
  Inbox<LogLevel> lines;
  Options options{.listeners = {Listener::tcp(0)}};
  options.log = [&](LogLevel level, std::string_view line) {
    if (line.find("handler rule") == 0) lines.put(level);
  };
  Broker broker(options);
  broker.add_rule("a", [](const Message&) { throw std::runtime_error("no"); });
  broker.start();
  for (int i = 0; i < 12; ++i) broker.publish({.topic = "a"});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(lines.take(), LogLevel::error);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(lines.take(), LogLevel::debug);
}

TEST(RepeatedEvents, WhatTheLogFailsToSayItWantsIsWritten) {
  Inbox<std::string> lines;
  Options options{.name = "test", .listeners = {Listener::tcp(0)}};
  options.log = [&](LogLevel, std::string_view line) { lines.put(std::string(line)); };
  options.log_wants = [](LogLevel) -> bool { throw std::runtime_error("no"); };
  Broker broker(options);
  broker.start();
  WireClient(broker.port()).connect("c");
  EXPECT_TRUE(lines.take().starts_with("test listens"));
  EXPECT_TRUE(lines.take().starts_with("c connected"));
}

TEST(RepeatedEvents, WhatTheLogDoesNotWantIsNotWritten) {
  Inbox<std::string> lines;
  Options options{.name = "test", .listeners = {Listener::tcp(0)}};
  options.log = [&](LogLevel, std::string_view line) { lines.put(std::string(line)); };
  options.log_wants = [](LogLevel level) { return level > LogLevel::debug; };
  Broker broker(options);
  broker.start();
  WireClient client(broker.port());
  client.connect("c");
  client.subscribe("a");  // level debug
  client.send(mqtt::Disconnect{}).expect_close();
  broker.stop();
  EXPECT_TRUE(lines.take().starts_with("test listens"));
  EXPECT_TRUE(lines.take().starts_with("c connected"));
  EXPECT_TRUE(lines.take().starts_with("c is gone"));
}

}  // namespace
}  // namespace pint::test
