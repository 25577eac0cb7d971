// start_on(): a broker on somebody else's io_context.
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <thread>

#include <pint/asio.hpp>

#include "support/inbox.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

namespace asio = boost::asio;

// A context that one thread runs until the end of the test.
class RunContext {
 public:
  explicit RunContext(asio::io_context& context)
      : context_(context), work_(asio::make_work_guard(context)), thread_([this] { context_.run(); }) {}
  ~RunContext() { join(); }

  void join() {
    work_.reset();
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  // Call on the context's thread and wait.
  void call(std::function<void()> function) {
    std::promise<void> done;
    asio::post(context_, [&] {
      function();
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  asio::io_context& context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

class Embedded : public testing::Test {
 protected:
  asio::io_context context_;
  Inbox<std::thread::id> threads_;
  Options options_{.listeners = {Listener::tcp(0)}};
};

TEST_F(Embedded, RunsOnTheContextsThread) {
  options_.on_connect = [&](const ClientConnected&) { threads_.put(std::this_thread::get_id()); };
  Broker broker(options_);
  start_on(broker, context_);
  EXPECT_TRUE(broker.running());
  RunContext running(context_);
  std::thread::id context_thread;
  running.call([&] { context_thread = std::this_thread::get_id(); });
  WireClient client(broker.port());
  client.connect("c");
  EXPECT_EQ(threads_.take(), context_thread);
  client.subscribe("#");
  broker.publish("from", "another thread");
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "another thread");
  running.call([&] { broker.publish("from", "the context"); });
  EXPECT_EQ(as_text(client.expect<mqtt::Publish>().payload), "the context");
  running.call([&] { broker.stop(); });
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
}

TEST_F(Embedded, AnswersQuestionsWhoeverAsks) {
  Broker broker(options_);
  start_on(broker, context_);
  broker.publish({.topic = "a", .payload = "1", .retain = true});
  EXPECT_EQ(broker.retained().size(), 1u);  // nobody runs the context yet
  RunContext running(context_);
  WireClient client(broker.port());
  client.connect("c");
  EXPECT_EQ(broker.clients().size(), 1u);
  running.call([&] { EXPECT_EQ(broker.clients().size(), 1u); });
  EXPECT_FALSE(broker.disconnect("c"));
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::administrative_action);
  running.call([&] { broker.stop(); });
}

TEST_F(Embedded, KeepsItsDeadlines) {
  options_.limits.connect_timeout = std::chrono::milliseconds{1};
  Broker broker(options_);
  start_on(broker, context_);
  RunContext running(context_);
  WireClient silent(broker.port());
  silent.expect_close();
  running.call([&] { broker.stop(); });
}

TEST_F(Embedded, RulesMayFeedEachOther) {
  Inbox<std::string> last;
  Broker broker(options_);
  broker.add_rule("n", [&](std::string_view, std::string_view payload) {
    broker.publish("n", std::string(payload) + "x");  // until limits.rule_hops
  });
  broker.add_rule("n", [&](std::string_view, std::string_view payload) { last.put(std::string(payload)); });
  start_on(broker, context_);
  RunContext running(context_);
  broker.publish("n", "");
  for (std::size_t hops = 0; hops <= 16; ++hops) EXPECT_EQ(last.take().size(), hops);
  running.call([&] { broker.stop(); });
}

TEST_F(Embedded, StopsAfterTheContextHasStopped) {
  Broker broker(options_);
  start_on(broker, context_);
  WireClient client(broker.port());
  {
    RunContext running(context_);
    client.connect("c");
  }
  broker.stop();
  EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::server_shutting_down);
  EXPECT_FALSE(broker.running());
}

TEST_F(Embedded, StartsAgainEitherWay) {
  Broker broker(options_);
  for (int i = 0; i < 20; ++i) {
    start_on(broker, context_);
    {
      context_.restart();
      RunContext running(context_);
      EXPECT_EQ(WireClient(broker.port()).connect("c").reason, ReasonCode::success);
      running.call([&] { broker.stop(); });
    }
    broker.start();
    EXPECT_EQ(WireClient(broker.port()).connect("c").reason, ReasonCode::success);
    broker.stop();
  }
}

TEST_F(Embedded, RefusesLikeStart) {
  Broker broker(options_);
  start_on(broker, context_);
  EXPECT_THROW(start_on(broker, context_), Error);
  Broker second({.listeners = {Listener::tcp(broker.port())}});
  EXPECT_THROW(start_on(second, context_), Error);
}

}  // namespace
}  // namespace pint::test
