// Paho's asynchronous C client (MQTTAsync), which nobody here wrote, talks to the broker in MQTT 5.0: many
// messages at once, and what the broker says unasked. Run by with_broker.py; all tests share its broker.
#include <MQTTAsync.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace {

constexpr std::chrono::seconds kDeadline{30};

// What Paho's threads tell, to be waited for by the test's.
template <class T>
class News {
 public:
  void tell(T item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    told_.notify_one();
  }

  // The next one, or nothing at the deadline.
  std::optional<T> next() {
    std::unique_lock lock(mutex_);
    if (!told_.wait_for(lock, kDeadline, [this] { return !items_.empty(); })) return {};
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::deque<T> items_;
};

class AsyncClient {
 public:
  explicit AsyncClient(const std::string& client_id) {
    const std::string url = std::string("tcp://127.0.0.1:") + std::getenv("PINT_PORT");
    MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer5;
    create.maxBufferedMessages = 10'000;
    EXPECT_EQ(MQTTAsync_createWithOptions(&client_, url.c_str(), client_id.c_str(),
                                          MQTTCLIENT_PERSISTENCE_NONE, nullptr, &create),
              MQTTASYNC_SUCCESS);
    MQTTAsync_setCallbacks(client_, this, nullptr, &on_message, nullptr);
    MQTTAsync_setDisconnected(client_, this, &on_disconnected);
    MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer5;
    connect.cleanstart = 1;
    connect.onSuccess5 = &on_success;
    connect.onFailure5 = &on_failure;
    connect.context = this;
    EXPECT_EQ(MQTTAsync_connect(client_, &connect), MQTTASYNC_SUCCESS);
    EXPECT_EQ(answers.next(), 0);
  }
  ~AsyncClient() { MQTTAsync_destroy(&client_); }
  AsyncClient(const AsyncClient&) = delete;
  AsyncClient& operator=(const AsyncClient&) = delete;

  std::vector<int> subscribe(std::vector<std::string> filters, int qos) {
    std::vector<char*> names;
    for (std::string& filter : filters) names.push_back(filter.data());
    const std::vector<int> each(filters.size(), qos);
    MQTTAsync_responseOptions options = answering();
    MQTTAsync_subscribeMany(client_, static_cast<int>(names.size()), names.data(), each.data(), &options);
    return answered(filters.size());
  }

  std::vector<int> unsubscribe(std::vector<std::string> filters) {
    std::vector<char*> names;
    for (std::string& filter : filters) names.push_back(filter.data());
    MQTTAsync_responseOptions options = answering();
    MQTTAsync_unsubscribeMany(client_, static_cast<int>(names.size()), names.data(), &options);
    return answered(filters.size());
  }

  void publish(const std::string& topic, const std::string& payload, int qos) {
    MQTTAsync_responseOptions unanswered = MQTTAsync_responseOptions_initializer;
    EXPECT_EQ(MQTTAsync_send(client_, topic.c_str(), static_cast<int>(payload.size()), payload.data(), qos, 0,
                             &unanswered),
              MQTTASYNC_SUCCESS);
  }

  News<int> answers;  // reason codes
  News<std::string> payloads;
  News<int> disconnects;  // reasons of the broker's DISCONNECT

 private:
  MQTTAsync_responseOptions answering() {
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.onSuccess5 = &on_success;
    options.onFailure5 = &on_failure;
    options.context = this;
    return options;
  }

  std::vector<int> answered(std::size_t count) {
    std::vector<int> reasons;
    while (reasons.size() < count) reasons.push_back(answers.next().value_or(-1));
    return reasons;
  }

  static void on_success(void* self, MQTTAsync_successData5* response) {
    auto& answers = static_cast<AsyncClient*>(self)->answers;
    const bool is_list = response->struct_version >= 0 && response->alt.sub.reasonCodeCount > 1;
    if (response->token == 0 || !is_list) return answers.tell(response->reasonCode);  // CONNACK, or one code
    for (int index = 0; index < response->alt.sub.reasonCodeCount; ++index) {
      answers.tell(response->alt.sub.reasonCodes[index]);
    }
  }

  static void on_failure(void* self, MQTTAsync_failureData5* response) {
    static_cast<AsyncClient*>(self)->answers.tell(response->reasonCode);
  }

  static int on_message(void* self, char* topic, int, MQTTAsync_message* message) {
    const auto size = static_cast<std::size_t>(message->payloadlen);
    static_cast<AsyncClient*>(self)->payloads.tell(
        std::string(static_cast<const char*>(message->payload), size));
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
  }

  static void on_disconnected(void* self, MQTTProperties*, MQTTReasonCodes reason) {
    static_cast<AsyncClient*>(self)->disconnects.tell(reason);
  }

  MQTTAsync client_ = nullptr;
};

TEST(PahoAsync, ManyMessagesKeepTheirOrder) {
  AsyncClient publisher("async-publisher");
  AsyncClient subscriber("async-subscriber");
  for (const int qos : {0, 1, 2}) {
    const std::string topic = "async/" + std::to_string(qos);
    EXPECT_EQ(subscriber.subscribe({topic}, qos), std::vector<int>{qos});
    for (int number = 0; number < 1000; ++number) publisher.publish(topic, std::to_string(number), qos);
    for (int number = 0; number < 1000; ++number)
      ASSERT_EQ(subscriber.payloads.next(), std::to_string(number));
  }
}

TEST(PahoAsync, EachFilterIsAnswered) {
  AsyncClient client("async-filters");
  EXPECT_EQ(client.subscribe({"async/a", "async/b/#", "async/+/c"}, 1), (std::vector<int>{1, 1, 1}));
  EXPECT_EQ(client.unsubscribe({"async/a", "async/never"}),
            (std::vector<int>{MQTTREASONCODE_SUCCESS, MQTTREASONCODE_NO_SUBSCRIPTION_FOUND}));
}

TEST(PahoAsync, TakenOverClientIsToldWhy) {
  AsyncClient first("async-twin");
  AsyncClient second("async-twin");
  EXPECT_EQ(first.disconnects.next(), MQTTREASONCODE_SESSION_TAKEN_OVER);
}

}  // namespace
