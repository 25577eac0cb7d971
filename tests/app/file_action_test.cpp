// file: at its edges: a reader that is not there, a line that fits only in part.
#include "actions/file_action.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "actions/line_buffer.hpp"
#include "support/scratch_folder.hpp"

namespace pint::actions {
namespace {

class FileActionTest : public testing::Test {
 protected:
  Log log() {
    return [this](LogLevel, std::string_view line) { logged_.emplace_back(line); };
  }
  std::string content() const {
    std::ostringstream text;
    text << std::ifstream(path()).rdbuf();
    return text.str();
  }
  std::string path() const { return folder_ / "file"; }

  test::ScratchFolder folder_;
  std::vector<std::string> logged_;
};

TEST_F(FileActionTest, AFifoWithoutAReaderIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  FileAction action(path(), log());
  action.handle({.topic = "a", .payload = "lost"});
  const FileDescriptor reader(::open(path().c_str(), O_RDONLY | O_NONBLOCK));
  action.handle({.topic = "a", .payload = "read"});
  char line[512] = {};
  ASSERT_GT(::read(reader.number(), line, sizeof line - 1), 0);
  EXPECT_NE(std::string(line).find("\"payload\":\"read\""), std::string::npos);
  EXPECT_EQ(logged_,
            (std::vector<std::string>{"rule file:" + path() + ": cannot open: No such device or address",
                                      "rule file:" + path() + ": cannot open: No such device or address",
                                      "rule file:" + path() + ": works again; messages lost: 1"}));
}

// A limit on the size of files stands for the full disk: write(2) writes what fits.
class SizeLimit {
 public:
  explicit SizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~SizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
  SizeLimit(const SizeLimit&) = delete;
  SizeLimit& operator=(const SizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(FileActionTest, HalfALineIsTakenBack) {
  FileAction action(path(), log());
  action.handle({.topic = "a", .payload = "whole"});
  const std::string before = content();
  {
    const SizeLimit full(before.size() + 10);
    action.handle({.topic = "a", .payload = "lost"});
  }
  EXPECT_EQ(content(), before);
  action.handle({.topic = "a", .payload = "next"});
  EXPECT_EQ(content().substr(0, before.size()), before);
  EXPECT_EQ(std::ranges::count(content(), '\n'), 2);
  EXPECT_EQ(logged_,
            (std::vector<std::string>{"rule file:" + path() + ": cannot write: No space left on device",
                                      "rule file:" + path() + ": works again; messages lost: 1"}));
}

TEST_F(FileActionTest, IsOpenedAgainWhenAsked) {
  FileAction action(path(), log());
  action.handle({.topic = "a", .payload = "1"});
  std::filesystem::rename(path(), path() + ".1");
  action.handle({.topic = "a", .payload = "2"});
  EXPECT_FALSE(std::filesystem::exists(path()));
  action.reopen();
  action.handle({.topic = "a", .payload = "3"});
  EXPECT_NE(content().find("\"payload\":\"3\""), std::string::npos);
}

}  // namespace
}  // namespace pint::actions
