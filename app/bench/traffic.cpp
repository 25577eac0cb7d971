// The loop. Clients are numbered publishers first.
#include "bench/traffic.hpp"

#include <algorithm>

#include "bench/connect_many.hpp"

namespace pint::bench {
namespace {

constexpr std::uint64_t kLookEvery = 100'000'000;  // ns: the progress line, patience, the end of a phase
constexpr std::uint64_t kSlowLookEvery = 1'000'000;
constexpr int kReadsAtOnce = 4;

bool is_due_by_schedule(const Plan& plan) { return plan.rate != 0; }

}  // namespace

Traffic::Traffic(Subject& subject)
    : plan_(subject.plan),
      subject_(subject),
      copies_(plan_.pairs != 0 ? 1 : plan_.subscribers),
      send_queued_(plan_.publisher_count()),
      read_queued_(plan_.subscriber_count()),
      schedule_{.interval_ns = plan_.rate == 0 ? 0 : 1e9 / static_cast<double>(plan_.rate)} {
  const std::string topics = subject.prefix + "/p";
  connect_subscribers(topics);
  connect_publishers(topics);
}

void Traffic::connect_publishers(const std::string& topics) {
  const std::uint64_t count = plan_.publisher_count();
  std::vector<Connection> connections = connect_many(subject_, count, [&](std::uint64_t i) {
    return ClientPlan{.client_id = subject_.prefix + "/from" + std::to_string(i), .topic_filters = {}};
  });
  publishers_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    publishers_.emplace_back(std::move(connections[i]), topics + std::to_string(i), plan_, i);
    poller_.add(publishers_.back().connection().descriptor(), static_cast<std::uint32_t>(i));
  }
}

void Traffic::connect_subscribers(const std::string& topics) {
  const std::uint64_t publishers = plan_.publisher_count();
  const std::uint64_t count = plan_.subscriber_count();
  const bool of_one = plan_.pairs != 0 || publishers == 1;
  const auto first_of = [this](std::uint64_t i) { return plan_.pairs != 0 ? i : 0; };
  const auto plan_of = [&](std::uint64_t i) {
    const std::string filter = of_one ? topics + std::to_string(first_of(i)) : subject_.prefix + "/+";
    return ClientPlan{subject_.prefix + "/to" + std::to_string(i), {filter}, plan_.qos};
  };
  std::vector<Connection> connections = connect_many(subject_, count, plan_of, publishers);
  subscribers_.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    subscribers_.emplace_back(std::move(connections[i]), topics, first_of(i), of_one ? 1 : publishers, plan_);
    poller_.add(subscribers_.back().connection().descriptor(), static_cast<std::uint32_t>(publishers + i));
  }
}

void Traffic::run_phase(std::uint64_t messages, std::chrono::milliseconds duration) {
  begin_phase(messages);
  const auto patience = static_cast<std::uint64_t>(std::chrono::nanoseconds(plan_.patience).count());
  const auto length = static_cast<std::uint64_t>(std::chrono::nanoseconds(duration).count());
  const std::uint64_t deadline = began_ns_ + length;
  bool sending = messages == 0;  // until the deadline
  while (sending || !all_arrived()) {
    turn(sending ? deadline : now_ns_ + kLookEvery);
    if (sending && now_ns_ >= deadline) {
      stop_sending();
      sending = false;
    }
    if (now_ns_ > progress_ns_ + patience) break;
    subject_.progress.tick(Clock::now(), [this] { return progress_text(); });
  }
}

std::string Traffic::progress_text() const {
  const double seconds = static_cast<double>(now_ns_ - began_ns_) / 1e9;
  const auto arrived = static_cast<double>(deliveries());
  return with_commas(static_cast<double>(sent())) + " sent, " + with_commas(arrived) + " arrived, " +
         with_commas(arrived / std::max(seconds, 1e-3)) + " a second";
}

void Traffic::begin_phase(std::uint64_t messages) {
  latency_.clear();
  received_before_ = received_;
  sent_before_ = sent_;
  began_ns_ = now_ns_ = progress_ns_ = nanoseconds_now();
  due_ = 0;
  quota_ = messages == 0 ? Publisher::kNoBound : messages;
  for (Subscriber& subscriber : subscribers_) subscriber.begin(now_ns_);
  const std::uint64_t count = publishers_.size();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t share = messages / count + (i < messages % count ? 1 : 0);
    publishers_[i].begin(messages == 0 ? Publisher::kNoBound : share, now_ns_);
    queue_publisher(static_cast<std::uint32_t>(i));
  }
}

void Traffic::stop_sending() {
  for (Publisher& publisher : publishers_) publisher.stop();
  quota_ = sent();
}

void Traffic::turn(std::uint64_t deadline_ns) {
  const auto publishers = static_cast<std::uint32_t>(publishers_.size());
  const std::span<const Poller::Ready> ready = poller_.wait(wait_ns(deadline_ns));
  now_ns_ = nanoseconds_now();
  for (const Poller::Ready& client : ready) {
    if (client.index < publishers) {
      if (client.readable) read_publisher(client.index);
      queue_publisher(client.index);
    } else {
      if (client.writable) subscribers_[client.index - publishers].connection().flush();
      if (client.readable) queue_subscriber(client.index - publishers);
    }
  }
  read_subscribers();
  if (is_due_by_schedule(plan_)) make_due();
  send();
}

std::uint64_t Traffic::wait_ns(std::uint64_t deadline_ns) const {
  if (plan_.spin || !to_send_.empty()) return 0;
  std::uint64_t until = std::min(deadline_ns, now_ns_ + kLookEvery);
  if (!to_read_.empty()) {
    if (plan_.subscriber_rate == 0) return 0;
    until = std::min(until, now_ns_ + kSlowLookEvery);
  }
  if (is_due_by_schedule(plan_) && due_ < quota_) until = std::min(until, schedule_.due_ns(began_ns_, due_));
  const std::uint64_t now = nanoseconds_now();
  return until > now ? until - now : 0;
}

void Traffic::make_due() {
  for (; due_ < quota_ && schedule_.due_ns(began_ns_, due_) <= now_ns_; ++due_) {
    const std::uint64_t publisher = due_ % publishers_.size();
    publishers_[publisher].make_due();
    queue_publisher(static_cast<std::uint32_t>(publisher));
  }
}

void Traffic::read_subscribers() {
  turn_list_.swap(to_read_);
  for (const std::uint32_t index : turn_list_) {
    read_queued_[index] = false;
    if (!read_subscriber(subscribers_[index])) queue_subscriber(index);
  }
  turn_list_.clear();
}

// False if there is, or may be, more to read.
bool Traffic::read_subscriber(Subscriber& subscriber) {
  Connection& connection = subscriber.connection();
  for (int i = 0; i < kReadsAtOnce; ++i) {
    const std::size_t limit = subscriber.readable_bytes(now_ns_);
    if (limit == 0) return false;
    now_ns_ = nanoseconds_now();  // what is read together has come together
    const std::uint64_t unreleased = subscriber.unreleased();
    const bool empty = connection.read(scratch_, limit, [&](const mqtt::Frame& frame) {
      subscriber.on_frame(frame, [this](const Arrival& arrival) { take(arrival); });
    });
    if (subscriber.unreleased() != unreleased) progress_ns_ = now_ns_;
    connection.flush();
    if (empty) return true;
  }
  return false;
}

void Traffic::take(const Arrival& arrival) {
  if (!arrival.first_time) return;
  if (arrival.stamp.sent_ns != 0) latency_.add(now_ns_ - std::min(arrival.stamp.sent_ns, now_ns_));
  ++received_;
  progress_ns_ = now_ns_;
  queue_publisher(static_cast<std::uint32_t>(arrival.publisher));
}

void Traffic::read_publisher(std::uint32_t index) {
  Publisher& publisher = publishers_[index];
  const std::uint64_t unacknowledged = publisher.unacknowledged();
  constexpr std::size_t kAcknowledgementBytes = 64 << 10;
  while (!publisher.connection().read(scratch_, kAcknowledgementBytes,
                                      [&](const mqtt::Frame& frame) { publisher.on_frame(frame); })) {
  }
  if (publisher.unacknowledged() != unacknowledged) progress_ns_ = now_ns_;
}

void Traffic::send() {
  turn_list_.swap(to_send_);
  for (const std::uint32_t index : turn_list_) {
    send_queued_[index] = false;
    Publisher& publisher = publishers_[index];
    update_delivered(index);
    const std::uint64_t before = publisher.sent();
    if (publisher.connection().unsent() == 0 || is_due_by_schedule(plan_)) publisher.produce(now_ns_);
    sent_ += publisher.sent() - before;
    if (publisher.connection().flush() && publisher.may_send()) queue_publisher(index);
  }
  turn_list_.clear();
}

void Traffic::queue_publisher(std::uint32_t index) {
  if (send_queued_[index]) return;
  send_queued_[index] = true;
  to_send_.push_back(index);
}

void Traffic::queue_subscriber(std::uint32_t index) {
  if (read_queued_[index]) return;
  read_queued_[index] = true;
  to_read_.push_back(index);
}

void Traffic::update_delivered(std::uint32_t publisher) {
  if (plan_.window == 0) return;
  if (plan_.pairs != 0) return publishers_[publisher].delivered(subscribers_[publisher].received(publisher));
  std::uint64_t least = Publisher::kNoBound;
  for (const Subscriber& subscriber : subscribers_) least = std::min(least, subscriber.received(publisher));
  publishers_[publisher].delivered(least);
}

bool Traffic::all_arrived() const {
  return sent() == quota_ && received_ >= sent_ * copies_ && unfinished_handshakes() == 0;
}

std::uint64_t Traffic::unfinished_handshakes() const {
  std::uint64_t count = 0;
  for (const Publisher& publisher : publishers_) count += publisher.unacknowledged();
  for (const Subscriber& subscriber : subscribers_) count += subscriber.unreleased();
  return count;
}

Findings Traffic::findings() const {
  Findings all;
  for (const Subscriber& subscriber : subscribers_) {
    all.unknown += subscriber.unknown();
    for (std::uint64_t i = 0; i < subscriber.publishers(); ++i) {
      const std::uint64_t publisher = subscriber.first_publisher() + i;
      all += subscriber.findings(publisher, publishers_[publisher].sent());
    }
  }
  return all;
}

}  // namespace pint::bench
