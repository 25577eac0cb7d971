// The journal and the lint beside an engine that is driven by a script (play.hpp). The engine tells of each
// packet twice: as an event, at once and by itself, and in the packet log, where bytes are shared, kept short
// and read later. Both must say the same. What the journal makes of clients' bytes for people and programs
// must be one line, and JSON.
#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "fuzz/engine_world.hpp"
#include "fuzz/meddler.hpp"
#include "fuzz/play.hpp"
#include "testkit/journal.hpp"
#include "testkit/lint_reader.hpp"

namespace pint::fuzz {
namespace {

using testkit::Journal;
using testkit::JournalBounds;
using testkit::LintReader;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// A test kit's instruments, and whether they say what happened.
class Witness : public Listener {
 public:
  explicit Witness(JournalBounds bounds)
      : journal_(bounds), lint_(journal_.log(), {.turns_are_told = true}) {}

  [[nodiscard]] core::PacketLog& log() { return journal_.log(); }

  void on_events(std::vector<Event> events, std::span<const std::uint8_t> placed) override {
    require(placed.size() == events.size(), "an event is neither placed nor not");
    const testkit::Moment moment{.at = Duration(++turns_)};
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (auto* packet = std::get_if<PacketSeen>(&events[i])) seen_.push_back(std::move(*packet));
      if (placed[i] == 0) continue;
      const std::uint64_t place = log().first_open();
      require(place < log().next(), "an event is said to have a place, and there is none");
      if (testkit::Lint::concerns(events[i])) lint_.read(events[i], moment, place);
      journal_.place(place, std::move(events[i]));
    }
    require(log().first_open() == log().next(), "a place was never filled");
    lint_.end_turn(log().first_open(), moment);
    journal_.tell(moment);
    check_new_records();
  }

  void check_findings() const {
    for (const Finding& finding : lint_.lint().findings()) {
      require(finding.sequence >= 1 && finding.sequence <= journal_.last(), "a finding is about no record");
      require(std::ranges::none_of(to_string(finding), is_control), "a finding is not one line");
    }
  }

 private:
  void check_new_records() {
    require(journal_.last() + 1 == log().next(), "a record was not told");
    for (std::uint64_t sequence = checked_ + 1; sequence <= journal_.last(); ++sequence) {
      if (sequence < journal_.first()) {  // dropped before anybody could look
        packets_unknown_ = true;
        continue;
      }
      const Record record = journal_.record(sequence);
      require(record.sequence == sequence, "a record has another one's number");
      if (record.kind == RecordKind::packet) check_packet(record);
      check_texts(record);
    }
    checked_ = journal_.last();
    require(packets_unknown_ || next_seen_ == seen_.size(), "a packet is not in the journal");
    seen_.clear();
    next_seen_ = 0;
    packets_unknown_ = false;
  }

  void check_packet(const Record& record) {
    if (packets_unknown_) return;
    require(next_seen_ < seen_.size(), "the journal has a packet that was not there");
    const PacketSeen& seen = seen_[next_seen_++];
    require(record.bytes == seen.bytes, "the journal has other bytes than were there");
    require(record.direction == seen.direction, "the journal has a packet the wrong way round");
    require(record.remote_address == seen.client.remote_address, "the journal has another connection");
    require(record.client_id == seen.client.client_id || seen.client.client_id.empty(),
            "the journal has another client");
  }

  static void check_texts(const Record& record) {
    require(std::ranges::none_of(to_string(record), is_control), "a record is not one line");
    const std::string json = to_json(record);
    require(std::ranges::none_of(json, is_control), "a record as JSON is not one line");
    boost::json::error_code error;
    (void)boost::json::parse(json, error);
    require(!error, "a record is no JSON");
  }

  Journal journal_;
  LintReader lint_;
  std::int64_t turns_ = 0;
  std::uint64_t checked_ = 0;
  std::vector<PacketSeen> seen_;  // since the records were last looked at
  std::size_t next_seen_ = 0;
  bool packets_unknown_ = false;
};

}  // namespace

void try_input(ByteView input) {
  Reader script(input);
  core::EngineOptions options = scripted_options(script);
  options.observed.packets = true;
  const unsigned manner = script.u8();
  Witness witness((manner & 1) != 0 ? JournalBounds{.records = 7} : JournalBounds{.records = 4'000});
  Doorkeeper doorkeeper;
  Meddler meddler(static_cast<std::uint8_t>(manner >> 3));
  EngineWorld world(options,
                    {.policy = (manner & 2) != 0 ? &doorkeeper : nullptr,
                     .interceptor = (manner & 4) != 0 ? &meddler : nullptr,
                     .packet_log = &witness.log()},
                    &witness);
  play(script, world);
  witness.check_findings();
}

}  // namespace pint::fuzz
