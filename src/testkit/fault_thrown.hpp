// Calling a user's function from within a fault: it may throw, and it may not change faults.
#pragma once

#include <exception>
#include <string>

namespace pint::testkit {

// What is being thrown. To be called from a handler.
inline std::string what_is_thrown() {
  try {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

// True for as long as this lives.
class Flag {
 public:
  explicit Flag(bool& flag) : flag_(flag) { flag_ = true; }
  ~Flag() { flag_ = false; }
  Flag(const Flag&) = delete;
  Flag& operator=(const Flag&) = delete;

 private:
  bool& flag_;
};

}  // namespace pint::testkit
