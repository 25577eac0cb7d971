// TestBroker: a broker for one test. It listens on loopback at a free port, writes down everything that
// happens, waits for anything, breaks connections on command, and its time is the test's:
//
//   pint::TestBroker broker;
//   DeviceUnderTest device("127.0.0.1", broker.port());
//   broker.await(pint::connected("dev-1"));
//   device.report(21.5);
//   broker.verify(pint::published("dev-1/temp").payload("21.5"), pint::times(1));
//   broker.cut("dev-1");
//   broker.advance_until(pint::published("dev-1/will"), 60s);  // no sleeping
//
// Link PintBroker::testkit.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/broker.hpp>
#include <pint/fault.hpp>
#include <pint/journal.hpp>
#include <pint/lint.hpp>
#include <pint/pattern.hpp>
#include <pint/shared_port.hpp>
#include <pint/socket_fault.hpp>
#include <pint/stub.hpp>
#include <pint/times.hpp>
#include <pint/verdict.hpp>

namespace pint {

namespace testkit {
class Workbench;
}

// Who moves broker time, which Sessions, Wills, expiries and faults go by.
enum class Clock : std::uint8_t {
  manual,  // the test, by advance(): it stands still otherwise
  wall,    // the machine
};

struct TestOptions {
  // Everything but its listeners, in whose place are those below.
  Options broker = {};
  std::vector<Listener> listeners = {Listener::tcp(0)};
  Clock clock = Clock::manual;
  // Keep Alive and limits.connect_timeout: a client cannot send PINGREQ in no time at all, so by default they
  // stay on the machine's time. True is for clients whose time is the test's too. Clock::manual only.
  bool keep_alive_on_virtual_time = false;
  // Bounds of the journal; the oldest records go.
  std::size_t journal_records = 100'000;
  std::size_t journal_bytes = std::size_t{256} << 20;
  // The only source of randomness, of the broker and of its faults; the same seed replays.
  std::uint64_t seed = 1;
  // How long waits last in real time unless they say `within`: as long as a client on a busy machine may
  // need.
  std::chrono::nanoseconds patience = std::chrono::seconds{5};
  // What becomes of what clients do wrong: docs/lint.md. LintMode::fail: whatever waits or moves the time
  // throws TestFailure for violations that were not told yet.
  LintMode lint = LintMode::report;
  // Told, by the destructor, of violations that nothing had thrown until then; absent, they go to stderr.
  // LintMode::fail only.
  std::function<void(const std::string& explanation)> on_failure = {};
  // Be one of several brokers behind a port, instead of having listeners: the clients whose user name or
  // Client Identifier begins with `name_prefix` come here. See <pint/shared_port.hpp>.
  std::optional<SharedPort> shared_port = {};
  std::string name_prefix = {};
};

// What a restart loses; combine them with |.
enum class Restart : std::uint8_t { keep_all = 0, lose_sessions = 1, lose_retained = 2, lose_inflight = 4 };
[[nodiscard]] constexpr Restart operator|(Restart a, Restart b) {
  return static_cast<Restart>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

// Threads: any thread may call anything; what waits may not be called in a handler, which would wait for
// itself. Errors: TestFailure when the test's expectation is not met; std::invalid_argument for what can
// never be; std::logic_error after stop(), in a handler, or when the clock is not the test's. Several
// TestBrokers share nothing.
class TestBroker {
 public:
  // Starts. Throws what Broker::start() throws.
  TestBroker();
  explicit TestBroker(TestOptions options);
  ~TestBroker();  // stop()
  TestBroker(TestBroker&&) noexcept;
  TestBroker& operator=(TestBroker&&) noexcept;

  [[nodiscard]] std::uint16_t port(std::size_t index = 0) const;
  [[nodiscard]] std::string url() const;  // "mqtt://127.0.0.1:40122"
  // For everything a Broker can do: clients(), retained(), stats() …
  [[nodiscard]] Broker& broker();
  // The journal can still be read afterwards; nothing else can be done.
  void stop();

  // As Broker's, but what is refused throws std::invalid_argument.
  void publish(Message message);
  void publish(std::string_view topic, std::string_view payload);
  RuleId add_rule(std::string_view topic_filter, MessageHandler handler);
  RuleId add_rule(std::string_view topic_filter, TopicPayloadHandler handler);

  // See <pint/stub.hpp>. The stub answers from here on. Throws std::invalid_argument if another one has its
  // name.
  Stub add_stub(const StubPlan& plan);
  // The state of a scenario that stubs name; of the one without a name by default.
  [[nodiscard]] std::string scenario_state(std::string_view scenario = {}) const;
  void set_scenario_state(std::string_view state, std::string_view scenario = {});
  // The messages in the journal that no stub answered: published(…), as narrow as you want to know it. What
  // stubs reply are messages too.
  [[nodiscard]] std::vector<Record> unanswered(const Pattern& request) const;

  // The journal, settle()d first. A question about records that were dropped for the journal's bounds, or
  // journal() as a whole after that, throws std::out_of_range. last_sequence() is 0 before the first record.
  [[nodiscard]] std::vector<Record> journal() const;
  [[nodiscard]] std::vector<Record> journal(const Pattern& pattern) const;
  [[nodiscard]] std::uint64_t last_sequence() const;
  // What the journal holds, to a file: see <pint/journal.hpp>.
  void save_json_lines(const std::filesystem::path& path) const;
  void save_pcapng(const std::filesystem::path& path) const;

  // Waiting and verifying. Records that are already in the journal count; Pattern::after() leaves out those
  // up to one, and reset() forgets them. `within` is real time, whoever owns the clock; absent, it is
  // TestOptions::patience for what must come, and zero for what must not. None of them sleeps: a wait ends
  // with the record that decides it.

  // The first record that matches.
  Record await(const Pattern& pattern, std::optional<std::chrono::nanoseconds> within = {});
  // All that match, if they are as many as they must be:
  //   at_least(n)         waits until there are n;
  //   times(n)            the same, then settles and looks whether there are more;
  //   at_most(n) never()  settles and looks; with `within`, it watches so long and fails at the one too many.
  std::vector<Record> verify(const Pattern& pattern, Times times = {},
                             std::optional<std::chrono::nanoseconds> within = {});
  // For each pattern a record, each later than the one before; other records may come between.
  std::vector<Record> verify_order(const std::vector<Pattern>& patterns,
                                   std::optional<std::chrono::nanoseconds> within = {});
  // The same without throwing TestFailure.
  [[nodiscard]] Verdict check(const Pattern& pattern, Times times = {},
                              std::optional<std::chrono::nanoseconds> within = {});
  [[nodiscard]] Verdict check_order(const std::vector<Pattern>& patterns,
                                    std::optional<std::chrono::nanoseconds> within = {});

  // Until somebody ("*", "?": as in Pattern::client) has this very Topic Filter subscribed: what is published
  // after this reaches the client.
  void await_subscription(std::string_view topic_filter, std::string_view client = "*",
                          std::optional<std::chrono::nanoseconds> within = {});
  // Until all that has arrived and was asked for is handled, told, and written as far as its receivers read.
  // What a client has not sent yet it cannot know of.
  void settle();

  // Time. Clock::manual only.

  // Let so much broker time pass, one deadline after the other, with settle() at each: two expiries never
  // merge, and what one causes is told before the next is due.
  void advance(std::chrono::nanoseconds duration);
  // The same until a record matches, which is given; records that are already there count. TestFailure if
  // there is none at `at_most`.
  Record advance_until(const Pattern& pattern, std::chrono::nanoseconds at_most);
  // Broker time since the start, as in Record::at; also for Clock::wall.
  [[nodiscard]] std::chrono::nanoseconds now() const;
  // As if Keep Alive had passed without a packet from these clients. TestFailure if none is connected.
  void expire_keep_alive(std::string_view client);

  // Life and death. `client` names connected clients as in Pattern::client; TestFailure if there is none.

  // DISCONNECT with the reason (5.0; before, only the end), then FIN.
  void kick(std::string_view client, ReasonCode reason = ReasonCode::administrative_action);
  void cut(std::string_view client);   // RST, as if the network had failed
  void drop(std::string_view client);  // FIN without a word
  // As if the broker had crashed and come back on its port: connections end without a word, Wills are
  // forgotten. Rules, faults and stubs stay.
  void restart(Restart what = Restart::keep_all);

  // Hang: connections are accepted, but nothing is read, written or timed. What clients have sent before is
  // handled first; resume() loses nothing.
  void pause();
  void resume();
  // Refuse connections on the port, which stays this broker's; the connections there are go on.
  void down();
  void up();

  // Faults on packets, and on bytes and sockets: docs/faults.md. The handles must not outlive the TestBroker.
  [[nodiscard]] Faults faults();
  [[nodiscard]] SocketFaults socket_faults();

  // What clients did wrong or unwisely, oldest first, all that has arrived looked at; also after stop().
  [[nodiscard]] std::vector<Finding> findings() const;

  // Between tests: end all connections and Sessions, forget retained messages, rules added since the start,
  // faults, stubs with their scenarios, findings, and the journal, whose numbers go on, as does the clock;
  // resume() and up(). Throws TestFailure that names what is left, such as a client that was back at once.
  void reset();

 private:
  std::unique_ptr<testkit::Workbench> workbench_;
};

}  // namespace pint
