// BrokerProcess: a scenario's broker in a process of its own, as its driver sees it. Owns the process and the
// control socket.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/descriptor.hpp"
#include "overload/figures.hpp"
#include "overload/scenario.hpp"

namespace pint::overload {

class BrokerProcess {
 public:
  // Start it and wait until it accepts connections. Throws std::runtime_error.
  BrokerProcess(const Scenario& scenario, Scale scale);
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;
  ~BrokerProcess();  // kills it if it still runs

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Figures figures() const;
  // Put its clock forward.
  void jump(std::int64_t seconds) const;
  // Have its C library give back what is free, to tell memory that is free from memory that is held.
  void trim() const;

  // From /proc: resident now, and the most it ever was.
  [[nodiscard]] std::size_t resident_bytes() const;
  [[nodiscard]] std::size_t resident_bytes_peak() const;

  // Stop it as asked; its exit code, or minus the signal that ended it.
  int stop();

 private:
  [[nodiscard]] Figures ask(std::string_view command) const;
  [[nodiscard]] Figures answer() const;
  [[nodiscard]] std::size_t status_bytes(std::string_view key) const;

  net::Descriptor control_;
  pid_t process_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace pint::overload
