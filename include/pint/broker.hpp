// Broker: an MQTT 3.1, 3.1.1 and 5.0 broker inside your program. This is the class people use.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <pint/error.hpp>
#include <pint/event.hpp>
#include <pint/message.hpp>
#include <pint/message_queue.hpp>
#include <pint/options.hpp>
#include <pint/stats.hpp>

namespace pint {

enum class RuleId : std::uint64_t {};

// The answer of add_rule: an id to remove it by, or why it was refused.
struct AddedRule {
  RuleId id{};
  std::error_code error{};
  explicit operator bool() const { return !error; }
};

// Runs on a thread of its own between start() and stop(). All methods are thread-safe, and may be called from
// handlers, except that start(), stop() and run() must not be called from a handler. Brokers share nothing:
// any number may live in one process.
class Broker {
 public:
  explicit Broker(Options options = {});
  ~Broker();  // stop()
  Broker(Broker&&) noexcept;
  Broker& operator=(Broker&&) noexcept;

  // Make a broker from a TOML file with the keys of docs/configuration.md. Throws Error (invalid_config) that
  // names the file, the key and the mend.
  [[nodiscard]] static Broker from_config(const std::filesystem::path& path);

  // Open every listener, start the thread, and return when connections are accepted. Throws Error that lists
  // every invalid option, or names the listener the operating system refused. The second form tells by
  // `error` instead.
  void start();
  void start(std::error_code& error) noexcept;

  // Send every client DISCONNECT 0x8B (5.0), flush for at most `grace`, close and join. Sessions and retained
  // messages are gone. Does nothing if not running.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds{500});

  // start() if need be, then block until stop() is called from another thread.
  void run();

  [[nodiscard]] bool running() const;
  // The port of the first listener, or of listener `index`; 0 if not running or there is none.
  [[nodiscard]] std::uint16_t port(std::size_t index = 0) const;
  // "mqtt://127.0.0.1:1883", of the first listener; empty if not running.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& name() const;

  // Publish to whoever subscribed. Never blocks; takes effect in call order. Refused: invalid_topic_name,
  // invalid_message, packet_too_large, queue_full, not_running.
  std::error_code publish(Message message);
  std::error_code publish(std::string_view topic, std::string_view payload);

  // Call the handler with every message a subscriber with this filter would get, at its published QoS:
  // retained ones first, then each published one once. Rules stay with the broker until removed, through
  // stop() and start(). Refused: invalid_topic_filter, invalid_options (no handler, or two), queue_full.
  AddedRule add_rule(std::string_view topic_filter, MessageHandler handler);
  AddedRule add_rule(std::string_view topic_filter, TopicPayloadHandler handler);
  AddedRule add_rule(std::string_view topic_filter, std::shared_ptr<MessageQueue> queue);
  AddedRule add_rule(Rule rule);
  // After it returns on the broker thread, or after the next turn otherwise, the handler is not called again.
  std::error_code remove_rule(RuleId id);

  // End a client's connection with a reason (DISCONNECT in 5.0, close in 3.x). Its Will is published. Waits
  // like a question, to tell unknown_client or not_running; from a handler it does not wait and cannot tell.
  std::error_code disconnect(std::string_view client_id,
                             ReasonCode reason = ReasonCode::administrative_action);

  // Questions. They wait until the broker thread has copied the answer (on it, they answer directly). Empty
  // if not running. In order of Client Identifier (who is connected or has a Session) and of topic.
  [[nodiscard]] std::vector<ClientState> clients() const;
  [[nodiscard]] std::vector<Message> retained(std::string_view topic_filter = "#") const;
  [[nodiscard]] Stats stats() const;

 private:
  friend struct EmbeddedStart;       // start_on() of <pint/asio.hpp>
  friend struct InstrumentedBroker;  // TestBroker of <pint/testkit.hpp>
  friend struct BrokerAdoption;      // SharedPort of <pint/shared_port.hpp>
  class Implementation;
  explicit Broker(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace pint
