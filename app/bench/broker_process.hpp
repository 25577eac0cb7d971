// BrokerProcess: a broker started for the time of a benchmark, and ended with it, come what may.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "bench/plan.hpp"

namespace pint::bench {

class BrokerProcess {
 public:
  // Start `command` (empty: this executable), in which {port} stands for the port; without an address in the
  // plan that is a free one. Does not wait. Throws Trouble.
  explicit BrokerProcess(const Plan& plan);
  BrokerProcess(const BrokerProcess&) = delete;
  BrokerProcess& operator=(const BrokerProcess&) = delete;
  ~BrokerProcess();  // SIGTERM, and SIGKILL to one that is deaf to it

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  [[nodiscard]] pid_t process() const { return process_; }

  // Throws Trouble if it has ended by itself.
  void check_alive() const;

  // Wait until it accepts connections. Throws Trouble if it ends instead, or takes longer than 30 s.
  void await_ready();

 private:
  Endpoint endpoint_;
  std::vector<std::string> words_;
  pid_t process_ = -1;
};

// Let this process run on CPU number `cpu` alone, where there are at least two.
void pin_to(int cpu);

}  // namespace pint::bench
