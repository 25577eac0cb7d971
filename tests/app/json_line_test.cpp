// The line that print, file: and exec: write.
#include "actions/json_line.hpp"

#include <gtest/gtest.h>

namespace pint::actions {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::system_clock::time_point kTime{1'772'366'400'007ms};  // 2026-03-01 12:00:00.007 UTC

std::string line_of(const Message& message) { return json_line(message, kTime); }

TEST(JsonLine, TellsTheMessage) {
  EXPECT_EQ(line_of({.topic = "a/b", .payload = "21.5", .qos = QoS::at_least_once}),
            R"({"time":"2026-03-01T12:00:00.007Z","topic":"a/b","qos":1,"retain":false,"payload":"21.5"})"
            "\n");
  EXPECT_EQ(line_of({.topic = "a", .retain = true}),
            R"({"time":"2026-03-01T12:00:00.007Z","topic":"a","qos":0,"retain":true,"payload":""})"
            "\n");
}

TEST(JsonLine, IsOneLineWhateverTheTextHolds) {
  EXPECT_EQ(line_of({.topic = "a\n\"", .payload = "1\r\n2\t\"\\\x01é"}),
            R"({"time":"2026-03-01T12:00:00.007Z","topic":"a\n\"","qos":0,"retain":false,)"
            R"("payload":"1\r\n2\t\"\\\u0001é"})"
            "\n");
}

TEST(JsonLine, GivesBytesThatAreNoTextAsBase64) {
  for (const std::string& payload :
       {std::string("\xFF"), std::string("a\0b", 3), std::string("\xED\xA0\x80")}) {
    const std::string line = line_of({.topic = "a", .payload = payload});
    EXPECT_NE(line.find("\"payload_base64\":\"" + base64(payload) + "\"}"), std::string::npos) << line;
  }
}

TEST(JsonLine, HasPropertiesWhenThereAreAny) {
  const Message message{.topic = "a",
                        .payload = "x",
                        .properties = {.payload_is_utf8 = true,
                                       .message_expiry = 60s,
                                       .content_type = "text/plain",
                                       .response_topic = "r",
                                       .correlation_data = "\xFF",
                                       .user_properties = {{"k", "1"}, {"k", "2"}}}};
  EXPECT_EQ(
      line_of(message),
      R"({"time":"2026-03-01T12:00:00.007Z","topic":"a","qos":0,"retain":false,"payload":"x",)"
      R"("properties":{"payload_is_utf8":true,"message_expiry":60,"content_type":"text/plain",)"
      R"("response_topic":"r","correlation_data_base64":"/w==","user_properties":[["k","1"],["k","2"]]}})"
      "\n");
}

TEST(Base64, IsThatOfRfc4648) {  // its section 10
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"},
                                                      {"\xFB\xFF", "+/8="}};
  for (const auto& [bytes, text] : rows) EXPECT_EQ(base64(bytes), text);
}

}  // namespace
}  // namespace pint::actions
