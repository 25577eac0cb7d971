// The buffer between the broker thread and a thread that writes.
#include "actions/line_buffer.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace pint::actions {
namespace {

using Pushed = LineBuffer::Pushed;

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    read_end = FileDescriptor(ends[0]);
    write_end = FileDescriptor(ends[1]);
  }
  std::string read() const {
    std::string text(1 << 20, '\0');
    const ssize_t size = ::read(read_end.number(), text.data(), text.size());
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }
  FileDescriptor read_end;
  FileDescriptor write_end;
};

bool awake(const LineBuffer& lines) { return poll_until(lines.wake_fd(), POLLIN, {}) != 0; }

TEST(LineBuffer, GivesLinesInOrder) {
  LineBuffer lines;
  const Pipe pipe;
  EXPECT_FALSE(lines.fill());
  EXPECT_EQ(lines.push("a\n"), Pushed::first);
  EXPECT_EQ(lines.push("b\n"), Pushed::more);
  drain(lines, pipe.write_end.number(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(pipe.read(), "a\nb\n");
  EXPECT_EQ(lines.unwritten(), 0u);
  EXPECT_EQ(lines.push("c\n"), Pushed::first);
}

TEST(LineBuffer, WakesItsReaderOnceForAnyNumberOfLines) {
  LineBuffer lines;
  EXPECT_FALSE(awake(lines));
  lines.push("a\n");
  lines.push("b\n");
  EXPECT_TRUE(awake(lines));
  EXPECT_TRUE(lines.fill());
  EXPECT_FALSE(awake(lines));
  lines.stop();
  EXPECT_TRUE(awake(lines));
}

TEST(LineBuffer, DropsWhatDoesNotFit) {
  LineBuffer lines(5);
  EXPECT_EQ(lines.push("ab\n"), Pushed::first);
  EXPECT_EQ(lines.push("cd\n"), Pushed::full);
  EXPECT_EQ(lines.push("e\n"), Pushed::more);
  const Pipe pipe;
  drain(lines, pipe.write_end.number(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(pipe.read(), "ab\ne\n");
}

TEST(LineBuffer, CountsWhatIsInHandUntilItIsWritten) {
  LineBuffer lines(5);
  EXPECT_EQ(lines.push("ab\n"), Pushed::first);
  ASSERT_TRUE(lines.fill());
  EXPECT_EQ(lines.push("cd\n"), Pushed::full);
  const Pipe pipe;
  EXPECT_FALSE(lines.write_some(pipe.write_end.number()));
  EXPECT_EQ(lines.push("cd\n"), Pushed::first);
}

TEST(LineBuffer, BeginsACutLineAgainForTheNextReader) {
  LineBuffer lines;
  lines.push("first\n");
  lines.push(std::string(6'000, 'x') + "\n");  // more than one write
  ASSERT_TRUE(lines.fill());
  const Pipe old_reader;
  EXPECT_FALSE(lines.write_some(old_reader.write_end.number()));
  EXPECT_EQ(old_reader.read().substr(0, 7), "first\nx");
  lines.restart_line();
  const Pipe new_reader;
  drain(lines, new_reader.write_end.number(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(new_reader.read(), std::string(6'000, 'x') + "\n");
}

TEST(LineBuffer, DoesNotRepeatALineThatWasWrittenWhole) {
  LineBuffer lines;
  lines.push("a\n");
  ASSERT_TRUE(lines.fill());
  const Pipe pipe;
  EXPECT_FALSE(lines.write_some(pipe.write_end.number()));
  lines.restart_line();
  EXPECT_EQ(lines.unwritten(), 0u);
}

TEST(LineBuffer, TakesNothingAfterItsStop) {
  LineBuffer lines;
  lines.push("a\n");
  lines.stop();
  EXPECT_NE(lines.push("b\n"), Pushed::full);
  EXPECT_EQ(lines.unwritten(), 2u);
}

TEST(LineBuffer, DrainingEndsWhenTheReaderHasGone) {
  block_sigpipe_in_this_thread();
  LineBuffer lines;
  lines.push("a\n");
  Pipe pipe;
  pipe.read_end.reset();
  drain(lines, pipe.write_end.number(), std::chrono::steady_clock::time_point::max());
  EXPECT_EQ(lines.unwritten(), 2u);
}

TEST(LineBuffer, DrainingEndsAtItsTimeWhenNobodyReads) {
  LineBuffer lines;
  lines.push(std::string(1 << 20, 'x') + "\n");  // more than a pipe holds
  const Pipe pipe;
  drain(lines, pipe.write_end.number(), std::chrono::steady_clock::now());
  EXPECT_GT(lines.unwritten(), 0u);
}

}  // namespace
}  // namespace pint::actions
