// Broker::Implementation: a broker's life (start, stop, start again) and the way from any thread to the
// broker thread.
//
//   lock          guards                           held while
//   life_lock_    running_, thread_, driver_       starting and stopping, join included; never by handlers
//   state_lock_   what running(), port() answer    copying
//   rules_lock_   rules_                           posting, so that ids and commands have one order
//   turn_lock_    running_ on another's context    a turn there; not needed with a thread of our own
//   (Mailbox's)   commands                         swapping
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <pint/broker.hpp>

#include "api/instruments.hpp"
#include "api/running_broker.hpp"
#include "net/adoption.hpp"
#include "net/asio_driver.hpp"
#include "net/mailbox.hpp"

namespace pint {

class Broker::Implementation {
 public:
  explicit Implementation(Options options, const Instruments& instruments = {});
  ~Implementation();

  void start();                                     // throws Error
  void start_on(boost::asio::io_context& context);  // throws Error
  void stop(std::chrono::milliseconds grace);
  void run();

  [[nodiscard]] bool running() const;
  [[nodiscard]] std::uint16_t port(std::size_t index) const;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& name() const { return options_.name; }

  std::error_code publish(Message&& message);
  AddedRule add_rule(Rule rule);
  std::error_code remove_rule(RuleId id);
  std::error_code disconnect(std::string_view client_id, ReasonCode reason);

  // Serve a connection that somebody else accepted; false if the broker does not run.
  bool adopt(const std::shared_ptr<net::Handover>& handover);

  // Carry out on the broker thread and wait; on it, at once. False if it does not run (any more).
  bool ask(const std::function<void(RunningBroker&)>& question);
  // For InstrumentedBroker, which tells what these do.
  bool between_turns(const std::function<void(RunningBroker&)>& work);
  void remove_added_rules();
  [[nodiscard]] bool on_broker_thread() const { return broker_thread_.load() == std::this_thread::get_id(); }

 private:
  void start_thread();  // life_lock_ held
  void prepare();       // everything but who turns the loop
  void install_rules();
  void announce();
  void run_thread();
  Duration take_embedded_turn();  // and for how long nothing is to do after it
  void take_embedded_commands();
  void tidy_up();
  std::error_code post(net::Command&& command, net::Mailbox::Bound bound);

  const Options options_;
  const Instruments instruments_;
  net::Mailbox mailbox_;
  std::atomic<std::thread::id> broker_thread_{};  // who may touch running_ without asking

  std::mutex life_lock_;
  std::unique_ptr<RunningBroker> running_;
  std::thread thread_;
  std::unique_ptr<net::AsioDriver> driver_;
  std::mutex turn_lock_;

  mutable std::mutex state_lock_;
  std::condition_variable stopped_;
  std::vector<std::uint16_t> ports_;
  bool is_running_ = false;

  std::mutex rules_lock_;
  std::map<RuleId, std::shared_ptr<const Rule>> rules_;  // all of them, in the order in which they were added
  std::uint64_t rules_added_ = 0;
  bool rules_installed_ = false;  // new ones go to the broker thread too
};

}  // namespace pint
