// A GoogleTest program for an MQTT client. PintBroker::gtest_main has the main(): it starts a broker before
// the first test and puts its URL into PINT_URL. The client under test uses libmosquitto; any client will do.
#include <gtest/gtest.h>
#include <mosquitto.h>

#include <cstdlib>
#include <memory>
#include <string>

namespace {

// "mqtt://127.0.0.1:40122" as libmosquitto wants it.
struct Server {
  std::string host;
  int port = 0;
};

//! [url]
Server broker() {
  const std::string url = std::getenv("PINT_URL");
  const std::size_t host = url.find("//") + 2;
  const std::size_t colon = url.rfind(':');
  return {url.substr(host, colon - host), std::stoi(url.substr(colon + 1))};
}
//! [url]

// The code under test: publish a reading as a retained message, and return when the broker has it.
bool report(const Server& server, const std::string& room, const std::string& celsius) {
  const std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client(mosquitto_new(nullptr, true, nullptr),
                                                                        &mosquitto_destroy);
  if (mosquitto_connect(client.get(), server.host.c_str(), server.port, 60) != MOSQ_ERR_SUCCESS) return false;
  mosquitto_publish_callback_set(client.get(),
                                 [](mosquitto* self, void*, int) { mosquitto_disconnect(self); });
  const int length = static_cast<int>(celsius.size());
  mosquitto_publish(client.get(), nullptr, ("rooms/" + room).c_str(), length, celsius.data(), 1, true);
  return mosquitto_loop_forever(client.get(), -1, 1) == MOSQ_ERR_SUCCESS;
}

//! [test]
TEST(Thermometer, ReportsAreRetained) {
  const Server server = broker();
  ASSERT_TRUE(report(server, "kitchen", "21.5"));
  mosquitto_message* message = nullptr;
  ASSERT_EQ(mosquitto_subscribe_simple(&message, 1, true, "rooms/+", 1, server.host.c_str(), server.port,
                                       nullptr, 60, true, nullptr, nullptr, nullptr, nullptr),
            MOSQ_ERR_SUCCESS);
  EXPECT_STREQ(message->topic, "rooms/kitchen");
  EXPECT_EQ(std::string(static_cast<const char*>(message->payload)), "21.5");
  mosquitto_message_free(&message);
}
//! [test]

}  // namespace
