// The lint: reads what a broker tells of its clients, in order, and finds what they did wrong. It judges
// clients only, by what they sent before any fault touched it, and knows what a broker can know: that an
// acknowledgement was sent, not that it arrived. What a lost packet would explain is therefore no finding.
//
//   events ──▶ Lint ──▶ connections_: { what all must know, a concern each for form, text, limits … }
//                       clients_:     { a concern each for publishing, acknowledging, reconnecting … }
//                          └────────▶ LintReport: findings
//
// Single-threaded, on the broker thread or under the owner's lock. Never throws what it is not at fault for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pint/event.hpp>
#include <pint/lint.hpp>

#include "testkit/journal.hpp"
#include "testkit/lint_concern.hpp"
#include "testkit/lint_report.hpp"

namespace pint::testkit {

// Which of the two times of a Moment clients live by: how long they were silent and how long they waited.
enum class LintClock : std::uint8_t {
  wall,    // real clients
  broker,  // clients that are moved by the test's clock, as scripted ones are
};

struct LintOptions {
  LintClock clock = LintClock::wall;
  bool turns_are_told = false;  // turn_ended() will be called
  LintBounds bounds = {};
};

class Lint {
 public:
  explicit Lint(LintOptions options = {}) : options_(options), report_(options.bounds) {}

  // Whether an event, other than a packet, tells it anything.
  [[nodiscard]] static bool concerns(const Event& event);
  // What happened next, and the sequence of its record. Events must be observed with packets.
  void append(const Event& event, const Moment& moment, std::uint64_t sequence);
  // The client sent once more what, for all rules, is what it has last sent, at the same moment.
  void repeat(const PacketSeen& event, const Moment& moment, std::uint64_t sequence);
  // A fault was applied: to a client, to an address, or, if it names neither, to everybody who is connected.
  // It may be told before the events of its turn, even before those that begin the connection. Rules that
  // cannot tell its consequences from the client's doing are silent about that connection; and those about
  // acknowledgements, if it makes any up, until the client has a new Session.
  void append_fault(const AppliedFault& fault);
  // What was sent until here leaves for the clients only now, so that nothing received until here can have
  // been an answer to it. Told to find packets that were sent before CONNACK was there.
  void turn_ended();

  // Oldest first.
  [[nodiscard]] const std::vector<Finding>& findings() const { return report_.findings(); }
  // How often anything was found, kept or not.
  [[nodiscard]] std::size_t found() const { return report_.found(); }
  // Findings beyond the bound on all.
  [[nodiscard]] std::size_t dropped() const { return report_.dropped(); }
  // Forget the findings, but not what is known of clients.
  void clear_findings() { report_.clear(); }

 private:
  using Concerns = std::vector<std::unique_ptr<LintConcern>>;
  struct Known {
    Concerns concerns;
    std::uint64_t open = 0;       // connections
    std::uint64_t last_seen = 0;  // sequence
    bool lost_something = false;  // a connection ended otherwise than by DISCONNECT
    bool session_doubtful = false;
  };
  struct Open {
    LintConnection facts;
    Concerns concerns;
    Known* client = nullptr;   // once CONNECT or CONNACK has named it
    bool has_made_up = false;  // a fault made packets up on this connection
  };

  void on_packet(const PacketSeen& event, const Moment& moment, std::uint64_t sequence);
  void on_accepted(const ClientConnected& event, const Moment& moment, std::uint64_t sequence);
  void on_ended(const Client& client, const LintEnding& ending, const Moment& moment, std::uint64_t sequence);
  static void touch(Open& open, bool makes_up);
  void apply_early_fault(Open& open, const std::string& name);
  void learn_from_connect(Open& open, const LintPacket& packet);
  void attach_client(Open& open, std::string_view client_id, std::uint64_t sequence);
  Open& open_of(const Client& client);
  void forget_a_client();
  [[nodiscard]] Duration time_of(const Moment& moment) const;
  template <class Call>
  static void for_each_concern(Open& open, Call call);

  LintOptions options_;
  LintReport report_;
  std::map<std::string, Open, std::less<>> connections_;  // by remote address
  std::map<std::string, Known, std::less<>> clients_;
  std::vector<std::string> connacks_on_way_;  // addresses
  // Faults told before the connections they concern, by address or client: whether they make packets up.
  std::map<std::string, bool> early_faults_;
  std::uint64_t connections_seen_ = 0;
  bool lost_unnamed_ = false;  // a connection ended before it said whose it was
};

}  // namespace pint::testkit
