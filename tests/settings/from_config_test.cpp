// Broker::from_config: a broker with its rules out of a file.
#include <pint/broker.hpp>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/scratch_folder.hpp"

namespace pint {
namespace {

using namespace std::chrono_literals;
constexpr auto kDeadline = 30s;  // reached only by a failure

// A configuration file that goes with the test.
class FromConfig : public testing::Test {
 protected:
  std::filesystem::path config(const std::string& text) const {
    const auto path = folder_ / "pintbroker.toml";
    std::ofstream(path) << text;
    return path;
  }
  test::ScratchFolder folder_;
};

TEST_F(FromConfig, TakesOptionsFromTheFile) {
  Broker broker = Broker::from_config(config("port = 0\nname = \"from a file\"\n"));
  EXPECT_EQ(broker.name(), "from a file");
  EXPECT_FALSE(broker.running());
  broker.start();
  EXPECT_NE(broker.port(), 0);
}

TEST_F(FromConfig, RulesRepublishAlsoAfterTheBrokerWasMoved) {
  Broker made = Broker::from_config(config("port = 0\nrule = 'a/+=topic:copy/{topic}'\n"));
  Broker broker = std::move(made);
  const auto copies = std::make_shared<MessageQueue>();
  broker.add_rule("copy/#", copies);
  broker.start();
  broker.publish("a/b", "21.5");
  const std::optional<Message> copy = copies->pop(kDeadline);
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->topic, "copy/a/b");
  EXPECT_EQ(copy->payload, "21.5");
}

TEST_F(FromConfig, RulesWriteFiles) {
  const auto log = folder_ / "log.jsonl";
  Broker broker = Broker::from_config(config("port = 0\nrule = 'a=file:" + log.string() + "'\n"));
  const auto after = std::make_shared<MessageQueue>();
  broker.add_rule("a", after);  // gets the message after the rule of the file, which was there before
  broker.start();
  broker.publish("a", "21.5");
  ASSERT_TRUE(after->pop(kDeadline));
  std::string line;
  std::getline(std::ifstream(log), line);
  EXPECT_NE(line.find("\"payload\":\"21.5\""), std::string::npos) << line;
}

TEST_F(FromConfig, PassesOverWhatIsForTheExecutable) {
  EXPECT_NO_THROW(
      (void)Broker::from_config(config("log_level = \"debug\"\nport_file = \"p\"\nverbose = \"packets\"\n")));
}

TEST_F(FromConfig, SaysEverythingThatIsWrong) {
  const auto path = config("prot = 1\nport = -1\n");
  try {
    (void)Broker::from_config(path);
    FAIL() << "the file was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Errc::invalid_config);
    EXPECT_EQ(std::string(error.what()),
              path.string() + ":1: unknown key \"prot\"; did you mean \"port\"?\n" + path.string() +
                  ":2: port: \"-1\" is not a whole number; give 0 to 65535");
  }
}

}  // namespace
}  // namespace pint
