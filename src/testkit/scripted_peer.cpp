// ScriptedPeer: who may make steps when. The steps themselves are the Conversation's.
//
//   idle ── play() ──▶ playing ── its end ──▶ idle ── … ── stop() ──▶ stopped
//                         └────── failed ───▶ idle, and every call tells the failure
#include <pint/scripted_peer.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"
#include "testkit/scripted_peer_conversation.hpp"
#include "testkit/scripted_peer_step.hpp"

namespace pint {

using testkit::Conversation;
using testkit::Deadline;
using testkit::refuse_unless;
using testkit::span_text;

namespace {

ScriptedPeerOptions checked(const ScriptedPeerOptions& options) {
  refuse_unless(options.patience.count() >= 0, "the patience of a scripted peer cannot be negative");
  refuse_unless(options.packet_bytes >= 2, "no packet has less than 2 bytes: raise packet_bytes");
  return options;
}

// All steps, with what became of them: those before `at` were done.
std::string listing(const Script& script, std::size_t at) {
  std::string text = "The script:\n";
  for (std::size_t index = 0; index < script.size(); ++index) {
    const char* mark = index < at ? "  done  " : index == at ? "  here  " : "        ";
    text += mark + std::to_string(index + 1) + ". " + script.step(index).says + '\n';
  }
  return text;
}

std::string step_text(const Script& script, std::size_t at) {
  return std::string("step ") + std::to_string(at + 1) + " of " + std::to_string(script.size()) + " (" +
         script.step(at).says + ")";
}

}  // namespace

class ScriptedPeer::Implementation {
 public:
  explicit Implementation(const ScriptedPeerOptions& options)
      : patience_(options.patience), conversation_(options) {
    conversation_.on_delay([this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
  }
  ~Implementation() { stop(); }

  [[nodiscard]] std::uint16_t port() const { return conversation_.port(); }
  [[nodiscard]] std::chrono::milliseconds patience() const { return patience_; }
  [[nodiscard]] Deadline deadline() const { return std::chrono::steady_clock::now() + patience_; }
  [[nodiscard]] std::vector<Record> records() const { return conversation_.records(); }

  // Make one step on the caller's thread.
  template <class Step>
  auto make(Step step) {
    const std::lock_guard one_at_a_time(steps_);
    refuse_out_of_place();
    try {
      return step(conversation_);
    } catch (const testkit::Unexpected& unexpected) {
      throw TestFailure(std::string(unexpected.what()) + "\n\n" + conversation_.story());
    }
  }

  void play(Script script);
  Verdict outcome(std::chrono::milliseconds within);
  void await_delay();
  void advance(std::chrono::nanoseconds time);
  void stop();

 private:
  void refuse_stopped() const {
    if (conversation_.stopped()) throw testkit::Stopped();
  }
  void refuse_out_of_place();
  void run();
  [[nodiscard]] std::optional<std::string> play_step(std::size_t index);
  void end_script(std::optional<std::string> failure);
  [[nodiscard]] Verdict verdict(std::chrono::milliseconds within, const char* what_did_not_happen) const;

  const std::chrono::milliseconds patience_;
  Conversation conversation_;
  std::mutex steps_;  // held while a step is made outside a script, and while one begins

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  Script script_;
  std::size_t at_ = 0;  // the step being made; size() when all were
  bool playing_ = false;
  std::optional<std::string> failure_;
  std::thread::id player_;

  std::thread thread_;  // under steps_
};

void ScriptedPeer::Implementation::refuse_out_of_place() {
  refuse_stopped();
  const std::lock_guard lock(mutex_);
  if (playing_) throw std::logic_error("a script is playing: verify() it first");
  if (failure_) throw TestFailure(*failure_);
}

void ScriptedPeer::Implementation::play(Script script) {
  refuse_unless(script.size() > 0, "there is nothing to play: the script has no steps");
  const std::lock_guard one_at_a_time(steps_);
  refuse_out_of_place();
  if (thread_.joinable()) thread_.join();  // of the last script, which has ended
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
  at_ = 0;
  playing_ = true;
  thread_ = std::thread([this] { run(); });
  player_ = thread_.get_id();
}

void ScriptedPeer::Implementation::run() {
  std::optional<std::string> failure;
  for (std::size_t index = 0; index < script_.size() && !failure; ++index) failure = play_step(index);
  if (failure) conversation_.shut();
  end_script(std::move(failure));
}

// script_ does not change while it plays.
std::optional<std::string> ScriptedPeer::Implementation::play_step(std::size_t index) {
  std::string why;
  try {
    script_.step(index).play(conversation_);
    const std::lock_guard lock(mutex_);
    at_ = index + 1;
    return std::nullopt;
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "something was thrown that is no std::exception";
  }
  return "The script failed at " + step_text(script_, index) + ". " + why + "\n\n" + listing(script_, index) +
         "\n" + conversation_.story();
}

void ScriptedPeer::Implementation::end_script(std::optional<std::string> failure) {
  conversation_.catch_up();
  const std::lock_guard lock(mutex_);
  playing_ = false;
  failure_ = std::move(failure);
  changed_.notify_all();
}

Verdict ScriptedPeer::Implementation::verdict(std::chrono::milliseconds within,
                                              const char* what_did_not_happen) const {
  if (failure_) return {.passed = false, .explanation = *failure_};
  return {.passed = false,
          .explanation = std::string("The script ") + what_did_not_happen + " within " + span_text(within) +
                         ": it is still at " + step_text(script_, at_) + ".\n\n" + listing(script_, at_) +
                         "\n" + conversation_.story()};
}

Verdict ScriptedPeer::Implementation::outcome(std::chrono::milliseconds within) {
  refuse_unless(within.count() >= 0, "a script cannot be given less than no time");
  refuse_stopped();
  std::unique_lock lock(mutex_);
  if (script_.size() == 0) throw std::logic_error("there is nothing to verify: play() a script first");
  (void)changed_.wait_for(lock, within, [this] { return !playing_ || conversation_.stopped(); });
  refuse_stopped();
  if (!playing_ && !failure_) return {};
  return verdict(within, "did not end");
}

void ScriptedPeer::Implementation::await_delay() {
  refuse_stopped();
  std::unique_lock lock(mutex_);
  if (script_.size() == 0) throw std::logic_error("there is no delay to wait for: play() a script first");
  const auto arrived = [this] {
    return (playing_ && conversation_.delayed()) || !playing_ || conversation_.stopped();
  };
  (void)changed_.wait_for(lock, patience_, arrived);
  refuse_stopped();
  if (!playing_ && !failure_) throw TestFailure("The script has ended: there is no delay left to wait for.");
  if (!conversation_.delayed()) throw TestFailure(verdict(patience_, "came to no delay").explanation);
}

void ScriptedPeer::Implementation::advance(std::chrono::nanoseconds time) {
  refuse_unless(time.count() >= 0, "the clock cannot be moved back");
  refuse_stopped();
  conversation_.advance(time);
  const std::lock_guard lock(mutex_);
  if (!playing_) conversation_.catch_up();
}

void ScriptedPeer::Implementation::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (playing_ && player_ == std::this_thread::get_id()) {
      throw std::logic_error("a ReplyFunction cannot stop the peer that calls it");
    }
    conversation_.stop();
    changed_.notify_all();
  }
  const std::lock_guard one_at_a_time(steps_);  // whoever was waiting has gone
  if (thread_.joinable()) thread_.join();
  conversation_.shut();
}

ScriptedPeer::ScriptedPeer(const ScriptedPeerOptions& options)
    : implementation_(std::make_unique<Implementation>(checked(options))) {}
ScriptedPeer::~ScriptedPeer() = default;

std::uint16_t ScriptedPeer::port() const { return implementation_->port(); }
std::string ScriptedPeer::url() const { return "mqtt://127.0.0.1:" + std::to_string(port()); }

std::size_t ScriptedPeer::accept() {
  return implementation_->make(
      [this](Conversation& peer) { return peer.accept(implementation_->deadline()); });
}
void ScriptedPeer::use(std::size_t connection) {
  implementation_->make([&](Conversation& peer) { peer.use(connection); });
}
Record ScriptedPeer::expect(const Pattern& pattern) {
  return implementation_->make(
      [&](Conversation& peer) { return peer.expect(pattern, implementation_->deadline()); });
}
void ScriptedPeer::expect_silence() {
  implementation_->make([](Conversation& peer) { peer.expect_silence(); });
}
void ScriptedPeer::expect_closed() {
  implementation_->make([this](Conversation& peer) { peer.expect_closed(implementation_->deadline()); });
}
void ScriptedPeer::reply(const packets::Packet& packet) {
  implementation_->make([&](Conversation& peer) { peer.reply(packet, implementation_->deadline()); });
}
// The function is called between two steps, so that it may ask the peer for its journal.
void ScriptedPeer::reply(const ReplyFunction& function) {
  refuse_unless(static_cast<bool>(function), "reply() needs a function, and this one is empty");
  reply(function(implementation_->make([](Conversation& peer) { return Record(peer.request()); })));
}
void ScriptedPeer::send(const packets::Packet& packet) {
  implementation_->make([&](Conversation& peer) { peer.send(packet, implementation_->deadline()); });
}
void ScriptedPeer::close() {
  implementation_->make([](Conversation& peer) { peer.close(); });
}
void ScriptedPeer::reset() {
  implementation_->make([](Conversation& peer) { peer.reset(); });
}

void ScriptedPeer::play(Script script) { implementation_->play(std::move(script)); }
void ScriptedPeer::verify() { verify(implementation_->patience()); }
void ScriptedPeer::verify(std::chrono::milliseconds within) {
  const Verdict verdict = outcome(within);
  if (!verdict) throw TestFailure(verdict.explanation);
}
Verdict ScriptedPeer::outcome(std::chrono::milliseconds within) { return implementation_->outcome(within); }
void ScriptedPeer::await_delay() { implementation_->await_delay(); }
void ScriptedPeer::advance(std::chrono::nanoseconds time) { implementation_->advance(time); }
std::vector<Record> ScriptedPeer::journal() const { return implementation_->records(); }
void ScriptedPeer::stop() { implementation_->stop(); }

}  // namespace pint
