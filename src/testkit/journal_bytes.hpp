// A queue of byte runs in large blocks: the journal's memory for what it keeps unread. Writing goes straight
// through memory and nothing is allocated for a run, which is what makes appending cheap.
//
//   blocks_:  [ ---gone--- | run | run ] [ run | run | run ] [ run | free ]
//                            oldest                      newest
#pragma once

#include <cstddef>
#include <deque>
#include <memory>

namespace pint::testkit {

class JournalBytes {
 public:
  // Room for a run of so many bytes, which stays where it is until it is popped; null for a run of none.
  [[nodiscard]] char* push(std::size_t size);
  // Give back the oldest run, which has this size.
  void pop(std::size_t size);

  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{256} << 10;  // a larger run has a block of its own

  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    std::size_t used = 0;
    std::size_t popped = 0;
  };
  std::deque<Block> blocks_;
};

}  // namespace pint::testkit
