// The journal: everything that happened, to ask, to print, and to open in Wireshark.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <pint/testkit.hpp>

#include "clients/device.hpp"

namespace {

using namespace pint;

// What a command prints.
std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
  return output;
}

class Journal : public testing::Test {
 protected:
  Journal() {
    broker_.await(connected("dev-1"));
    device_.publish("dev-1/temp", "21.5");
    broker_.await(sent(PacketType::puback));
  }
  TestBroker broker_;
  example::Device device_{"dev-1", broker_.port()};
  // Of this process: tests run side by side.
  const std::filesystem::path file_ = testing::TempDir() + "pint_example_journal_" + std::to_string(getpid());
};

TEST_F(Journal, IsAskedWithPatterns) {
  //! [ask]
  for (const Record& record : broker_.journal()) std::puts(to_string(record).c_str());
  const std::vector<Record> readings = broker_.journal(received(PacketType::publish).topic("+/temp"));
  ASSERT_EQ(readings.size(), 1u);
  EXPECT_EQ(readings[0].payload, "21.5");
  EXPECT_EQ(readings[0].bytes[0], '\x32');  // raw, as it came: PUBLISH, QoS 1
  //! [ask]
}

TEST_F(Journal, IsSavedAsJsonLines) {
  broker_.save_json_lines(file_);
  std::ifstream lines(file_);
  std::string first;
  std::getline(lines, first);
  EXPECT_NE(first.find("\"CONNECT\""), std::string::npos) << first;
}

TEST_F(Journal, OpensInWireshark) {
  broker_.save_pcapng(file_);
  const std::string tshark = "tshark -n -r '" + file_.string() + "' -Y mqtt.topic";
  EXPECT_EQ(output_of(tshark + " -T fields -e mqtt.topic -e mqtt.qos 2>/dev/null"), "dev-1/temp\t1\n");
}

}  // namespace
