#include "api/broker_implementation.hpp"

#include <pthread.h>
#include <signal.h>

#include <future>
#include <utility>

#include "api/message_check.hpp"
#include "base/assert.hpp"

namespace pint {
namespace {

constexpr std::chrono::milliseconds kGrace{500};  // of the destructor; the default of stop()

// Signals are the application's: they must not pick our thread to interrupt.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

std::string one_a_line(const std::vector<std::string>& problems) {
  std::string text;
  for (const std::string& problem : problems) text.append(text.empty() ? "" : "\n").append(problem);
  return text;
}

// Where a client on this machine reaches a listener: an address that means "any" is no destination.
std::string url_of(const Listener& listener, std::uint16_t port) {
  std::string host = listener.address;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return "mqtt://" + host + ":" + std::to_string(port);
}

}  // namespace

Broker::Implementation::Implementation(Options options, const Instruments& instruments)
    : options_(std::move(options)), instruments_(instruments), mailbox_(options_.limits.mailbox_bytes) {
  for (const Rule& rule : options_.rules) rules_[RuleId{++rules_added_}] = std::make_shared<const Rule>(rule);
}

Broker::Implementation::~Implementation() { stop(kGrace); }

// Starting and stopping.

void Broker::Implementation::start() {
  const std::lock_guard lock(life_lock_);
  start_thread();
}

void Broker::Implementation::start_thread() {
  prepare();
  try {
    const SignalsBlocked inherited;
    thread_ = std::thread([this] { run_thread(); });
  } catch (const std::system_error& error) {
    tidy_up();
    throw Error(Errc::listener_failed, std::string("no thread for the broker: ") + error.what());
  }
}

void Broker::Implementation::start_on(boost::asio::io_context& context) {
  const std::lock_guard lock(life_lock_);
  const std::lock_guard no_turn(turn_lock_);
  prepare();
  driver_ =
      std::make_unique<net::AsioDriver>(running_->loop(), context, [this] { return take_embedded_turn(); });
}

void Broker::Implementation::prepare() {
  if (running_) throw Error(Errc::already_running, "the broker is already running; stop() it first");
  if (const auto problems = problems_of(options_); !problems.empty()) {
    throw Error(Errc::invalid_options, one_a_line(problems));
  }
  try {
    mailbox_.open();
    running_ = std::make_unique<RunningBroker>(options_, mailbox_, instruments_);
  } catch (const Error&) {
    tidy_up();
    throw;
  } catch (const std::exception& error) {
    tidy_up();
    throw Error(Errc::listener_failed, std::string("the broker could not open its sockets: ") + error.what());
  }
  install_rules();
  announce();  // before there is a thread: whoever waits for start() has the lines in order
  const std::lock_guard lock(state_lock_);
  ports_ = running_->ports();
  is_running_ = true;
}

void Broker::Implementation::install_rules() {
  const std::lock_guard lock(rules_lock_);
  for (const auto& [id, rule] : rules_) running_->install(id, rule);
  rules_installed_ = true;
}

void Broker::Implementation::announce() {
  if (!options_.log) return;
  for (std::size_t i = 0; i < options_.listeners.size(); ++i) {
    running_->log(LogLevel::info,
                  options_.name + " listens at " + url_of(options_.listeners[i], running_->ports()[i]));
  }
}

void Broker::Implementation::run_thread() {
  broker_thread_ = std::this_thread::get_id();
  ::pthread_setname_np(::pthread_self(), "pintbroker");
  running_->loop().run();
  running_->log(LogLevel::info, options_.name + " has stopped");
}

Duration Broker::Implementation::take_embedded_turn() {
  const std::lock_guard lock(turn_lock_);
  broker_thread_ = std::this_thread::get_id();
  running_->loop().turn(false);
  running_->loop().run_jobs();
  broker_thread_ = std::thread::id{};
  return running_->loop().timeout();
}

void Broker::Implementation::stop(std::chrono::milliseconds grace) {
  PINT_ASSERT(!on_broker_thread());  // a handler that waits for itself to end
  const std::lock_guard lock(life_lock_);
  if (!running_) return;
  if (thread_.joinable()) {
    [[maybe_unused]] const auto always_taken = post(net::Stop{grace}, net::Mailbox::Bound::exempt);
    thread_.join();
  } else {
    const std::lock_guard no_turn(turn_lock_);
    driver_.reset();
    broker_thread_ = std::this_thread::get_id();
    running_->loop().shut_down(grace);
  }
  broker_thread_ = std::thread::id{};
  tidy_up();
}

// Back to what was before start().
void Broker::Implementation::tidy_up() {
  mailbox_.close();
  {
    const std::lock_guard lock(rules_lock_);
    rules_installed_ = false;
  }
  if (running_) running_->close_queues();
  running_.reset();
  {
    const std::lock_guard lock(state_lock_);
    ports_.clear();
    is_running_ = false;
  }
  stopped_.notify_all();
}

void Broker::Implementation::run() {
  {
    const std::lock_guard lock(life_lock_);
    if (!running_) start_thread();
  }
  std::unique_lock lock(state_lock_);
  stopped_.wait(lock, [this] { return !is_running_; });
}

// What any thread may ask without waiting.

bool Broker::Implementation::running() const {
  const std::lock_guard lock(state_lock_);
  return is_running_;
}

std::uint16_t Broker::Implementation::port(std::size_t index) const {
  const std::lock_guard lock(state_lock_);
  return index < ports_.size() ? ports_[index] : std::uint16_t{0};
}

std::string Broker::Implementation::url() const {
  const std::uint16_t first = port(0);
  return first == 0 ? std::string() : url_of(options_.listeners.front(), first);
}

// The way to the broker thread.

std::error_code Broker::Implementation::post(net::Command&& command, net::Mailbox::Bound bound) {
  return mailbox_.post(std::move(command), bound, !on_broker_thread());
}

bool Broker::Implementation::ask(const std::function<void(RunningBroker&)>& question) {
  if (on_broker_thread()) {
    question(*running_);
    return true;
  }
  // The task alone owns the promise: if the broker stops first, the task is dropped and the promise broken.
  auto promise = std::make_shared<std::promise<void>>();
  std::future<void> answer = promise->get_future();
  net::Task task = [this, &question, promise = std::move(promise)](core::Engine&, Time) {
    question(*running_);
    promise->set_value();
  };
  if (post(std::move(task), net::Mailbox::Bound::exempt)) return false;
  take_embedded_commands();
  try {
    answer.get();
    return true;
  } catch (const std::future_error&) {
    return false;
  }
}

bool Broker::Implementation::between_turns(const std::function<void(RunningBroker&)>& work) {
  if (on_broker_thread()) {
    work(*running_);
    return true;
  }
  auto promise = std::make_shared<std::promise<void>>();  // broken if the broker stops first, as in ask()
  std::future<void> done = promise->get_future();
  net::Job job{[this, &work, promise = std::move(promise)] {
    try {
      work(*running_);
      promise->set_value();
    } catch (...) {
      promise->set_exception(std::current_exception());
    }
  }};
  if (post(std::move(job), net::Mailbox::Bound::exempt)) return false;
  try {
    done.get();
    return true;
  } catch (const std::future_error&) {
    return false;
  }
}

bool Broker::Implementation::adopt(const std::shared_ptr<net::Handover>& handover) {
  net::Task task = [this, handover](core::Engine&, Time) {
    running_->loop().adopt(std::move(handover->connection), std::move(handover->already_read));
  };
  return !post(std::move(task), net::Mailbox::Bound::exempt);
}

// Between turns nobody may be running the context, least of all if the caller is who runs it: answer here.
void Broker::Implementation::take_embedded_commands() {
  const std::lock_guard lock(turn_lock_);
  if (driver_) running_->loop().catch_up();
}

std::error_code Broker::Implementation::publish(Message&& message) {
  if (const std::error_code error = check_message(message)) return error;
  const std::uint8_t hops = on_broker_thread() ? running_->hops() : std::uint8_t{0};
  net::Command command(std::in_place_type<net::Publish>, std::move(message), hops);
  return post(std::move(command), net::Mailbox::Bound::counted);
}

AddedRule Broker::Implementation::add_rule(Rule rule) {
  if (!is_topic_filter(rule.topic_filter)) return {.error = Errc::invalid_topic_filter};
  if (!has_one_handler(rule)) return {.error = Errc::invalid_options};
  auto shared = std::make_shared<const Rule>(std::move(rule));
  const std::lock_guard lock(rules_lock_);
  const RuleId id{++rules_added_};
  if (rules_installed_) {
    net::Task install = [this, id, shared](core::Engine&, Time) { running_->install(id, shared); };
    const std::error_code error = post(std::move(install), net::Mailbox::Bound::counted);
    if (error == Errc::queue_full) return {.error = error};
  }
  rules_.emplace(id, std::move(shared));  // also when the broker is just stopping: for the next start()
  return {.id = id};
}

std::error_code Broker::Implementation::remove_rule(RuleId id) {
  std::shared_ptr<const Rule> removed;  // destroyed without the lock: its handler owns who knows what
  {
    const std::lock_guard lock(rules_lock_);
    const auto found = rules_.find(id);
    if (found == rules_.end()) return Errc::unknown_rule;
    removed = std::move(found->second);
    rules_.erase(found);
  }
  if (on_broker_thread() && running_->remove(id)) return {};
  net::Task remove = [this, id](core::Engine&, Time) { running_->remove(id); };
  // The only error is not_running, and then there is nothing to remove.
  [[maybe_unused]] const auto not_running = post(std::move(remove), net::Mailbox::Bound::exempt);
  return {};
}

void Broker::Implementation::remove_added_rules() {
  std::vector<RuleId> added;
  {
    const std::lock_guard lock(rules_lock_);
    const RuleId last_of_options{options_.rules.size()};
    for (auto rule = rules_.upper_bound(last_of_options); rule != rules_.end(); ++rule)
      added.push_back(rule->first);
  }
  for (const RuleId id : added) {
    // The only error is unknown_rule: somebody else was faster.
    [[maybe_unused]] const auto unknown = remove_rule(id);
  }
}

std::error_code Broker::Implementation::disconnect(std::string_view client_id, ReasonCode reason) {
  if (on_broker_thread()) {  // after what the handler has published before
    net::Task task = [this, id = std::string(client_id), reason](core::Engine&, Time) {
      running_->disconnect(id, reason);
    };
    return post(std::move(task), net::Mailbox::Bound::counted);
  }
  bool found = false;
  const bool answered = ask([&](RunningBroker& broker) { found = broker.disconnect(client_id, reason); });
  if (!answered) return Errc::not_running;
  return found ? std::error_code{} : make_error_code(Errc::unknown_client);
}

}  // namespace pint
