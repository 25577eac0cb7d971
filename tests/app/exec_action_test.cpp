// exec: without a broker: that handle() never waits, and what is logged when a command does not keep up.
#include "actions/exec_action.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "support/scratch_folder.hpp"

namespace pint::actions {
namespace {

class ExecActionTest : public testing::Test {
 protected:
  ExecActionTest() {
    EXPECT_EQ(::mkfifo(pipe().c_str(), 0600), 0);
    reader_ = FileDescriptor(::open(pipe().c_str(), O_RDWR | O_CLOEXEC));  // also to write: it has no end
  }

  std::string pipe() const { return folder_ / "pipe"; }
  // What the command writes to the pipe next; empty if nothing came for long.
  std::string read() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    if (poll_until(reader_.number(), POLLIN, deadline) == 0) return "";
    std::string text(65'536, '\0');
    text.resize(static_cast<std::size_t>(::read(reader_.number(), text.data(), text.size())));
    return text;
  }
  Log log() {
    return [this](LogLevel, std::string_view line) {
      const std::lock_guard lock(mutex_);
      logged_.emplace_back(line);
    };
  }
  bool was_logged(const std::string& part) {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(logged_,
                               [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }

  test::ScratchFolder folder_;
  FileDescriptor reader_;
  std::mutex mutex_;
  std::vector<std::string> logged_;  // guarded
};

TEST_F(ExecActionTest, WhatComesBeforeTheBeginWaits) {
  ExecAction action("cat > " + pipe(), log());
  action.handle({.topic = "a", .payload = "early"});
  action.begin();
  EXPECT_NE(read().find("\"payload\":\"early\""), std::string::npos);
}

TEST_F(ExecActionTest, ACommandThatReadsNothingCostsMessagesNotTime) {
  ExecAction action("echo started > " + pipe() + "; exec sleep 1000", log());
  action.begin();
  EXPECT_EQ(read(), "started\n");
  const Message message{.topic = "a", .payload = std::string(1 << 20, 'x')};
  for (int i = 0; i < 40; ++i) action.handle(message);  // 40 MiB; twice 16 MiB fit
  EXPECT_TRUE(was_logged("the command is too slow; messages are dropped"));
  action.begin_stop();
  action.stop();
  EXPECT_TRUE(was_logged("bytes of messages were not read by the command"));
}

TEST_F(ExecActionTest, ACommandThatClosesItsInputIsStartedAgain) {
  ExecAction action("echo started > " + pipe() + "; exec <&-; exec sleep 1000", log());
  action.begin();
  EXPECT_EQ(read(), "started\n");
  EXPECT_EQ(read(), "started\n");
  EXPECT_TRUE(was_logged("ended with signal 15; starts again in 100 ms"));
}

TEST_F(ExecActionTest, ItsEndDoesNotNeedItsBegin) {
  ExecAction action("echo started > " + pipe(), log());
  action.begin_stop();
  action.stop();
}

}  // namespace
}  // namespace pint::actions
