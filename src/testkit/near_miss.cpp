// The text of a failed wait, which is what an engineer reads when a test fails:
//
//   Nothing within 2 s: published dev-1/temp, client dev-*, qos 1
//
//   Closest:
//     #14 +1.250 s  *  dev-1 published dev-1/temp qos 0 "21.5" (0 receivers)
//         qos: expected 1, was 0
//
//   Last events of dev-1:
//     #12 +1.250 s  <- dev-1 CONNECT (MQTT 5.0, clean start, keep alive 60 s)
//     …
//
//   Looked at 14 records, #1 to #14.
//
// Closest are records of the same kind; where those run out, of a kind that often stands in for it, such as
// dropped for published, if at least one field is as expected. Then count: fields that differ, how much their
// texts differ (a misspelt topic is closer than another one), and last who is more recent.
#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <pint/pattern.hpp>

#include "testkit/record_field.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::Bits;
using testkit::bits;
using testkit::plain;

constexpr std::size_t kMissesShown = 3;
constexpr std::size_t kMatchesShown = 3;
constexpr std::size_t kEventsShown = 8;
constexpr std::size_t kClientsShown = 3;
constexpr std::size_t kClientsListed = 10;

using Records = std::vector<Record>;
using Differences = std::vector<Pattern::Difference>;

// Kinds of records and packets of which one may be there when another was expected. One row, one family.
struct Family {
  Bits kinds;  // packets aside
  Bits types;
  [[nodiscard]] bool has(RecordKind kind, std::optional<PacketType> type) const {
    if (kind != RecordKind::packet) return (kinds & bits(kind)) != 0;
    return type && (types & bits(*type)) != 0;
  }
};

using enum RecordKind;
using Type = PacketType;
constexpr Family kFamilies[] = {
    {bits(published, dropped, will_published, rule_called, stub_called), bits(Type::publish)},
    {bits(connected, refused, disconnected), bits(Type::connect, Type::connack, Type::disconnect)},
    {bits(session_ended, disconnected), 0},
    {bits(subscribed, unsubscribed), bits(Type::subscribe, Type::suback, Type::unsubscribe, Type::unsuback)},
    {bits(dropped, refused, limit_reached), 0},
    {0, bits(Type::puback, Type::pubrec, Type::pubrel, Type::pubcomp)},
    {0, bits(Type::pingreq, Type::pingresp)},
};

bool related(const Pattern& pattern, const Record& record) {
  return std::ranges::any_of(kFamilies, [&](const Family& family) {
    return family.has(pattern.kind(), pattern.packet_type()) && family.has(record.kind, record.packet_type);
  });
}

// How many characters of the longer text are not in a common beginning or end.
std::size_t unlike(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const auto front = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(shorter), b.begin()).first -
      a.begin());
  std::size_t back = 0;
  while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
  return std::max(a.size(), b.size()) - front - back;
}

struct Miss {
  const Record* record = nullptr;
  Differences differences = {};
  bool other_kind = false;
  std::size_t unlike = 0;

  [[nodiscard]] bool closer_than(const Miss& other) const {
    const auto rank = [](const Miss& miss) {
      return std::tuple(miss.other_kind, miss.differences.size(), miss.unlike, ~miss.record->sequence);
    };
    return rank(*this) < rank(other);
  }
};

// What was found: what matches in order of time, and the closest of the rest, closest first.
struct Findings {
  std::vector<const Record*> matches = {};
  std::vector<Miss> misses = {};
};

// Of another kind: something besides the kind is as expected, or nothing was asked but the kind.
bool worth_telling(const Pattern& pattern, const Miss& miss) {
  return !miss.other_kind || miss.differences.size() <= std::max<std::size_t>(pattern.refinements(), 1);
}

void keep_closest(std::vector<Miss>& misses, Miss miss) {
  const auto place = std::ranges::find_if(misses, [&](const Miss& other) { return miss.closer_than(other); });
  misses.insert(place, std::move(miss));
  if (misses.size() > kMissesShown) misses.pop_back();
}

Findings look_at(const Pattern& pattern, const Records& records) {
  Findings findings;
  for (const Record& record : records) {
    const bool other_kind = !pattern.kind_matches(record);
    if (other_kind && !related(pattern, record)) continue;
    Miss miss{.record = &record, .differences = pattern.differences(record), .other_kind = other_kind};
    if (miss.differences.empty()) {
      findings.matches.push_back(&record);
    } else if (worth_telling(pattern, miss)) {
      for (const auto& [field, expected, actual] : miss.differences) miss.unlike += unlike(expected, actual);
      keep_closest(findings.misses, std::move(miss));
    }
  }
  return findings;
}

void add_line(std::string& text, const Record& record) { text += "  " + to_string(record) + '\n'; }

void add_matches(std::string& text, const std::vector<const Record*>& matches) {
  if (matches.empty()) return;
  const std::size_t hidden = matches.size() - std::min(matches.size(), kMatchesShown);
  text += "\nThese match";
  if (hidden > 0) text += " (and " + std::to_string(hidden) + " earlier ones)";
  text += ":\n";
  for (std::size_t i = hidden; i < matches.size(); ++i) add_line(text, *matches[i]);
}

void add_misses(std::string& text, const std::vector<Miss>& misses) {
  if (misses.empty()) return;
  text += "\nClosest:\n";
  for (const Miss& miss : misses) {
    add_line(text, *miss.record);
    for (const auto& [field, expected, actual] : miss.differences) {
      text += "      " + field + ": expected " + expected + ", was " + actual + '\n';
    }
  }
}

// Each client once, in the order they came.
class Clients {
 public:
  void add(const std::string& client_id) {
    if (!client_id.empty() && known_.insert(client_id).second) ids_.push_back(client_id);
  }
  [[nodiscard]] const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::set<std::string_view> known_;  // views into the records
  std::vector<std::string> ids_;
};

// Those of the near misses, then those the pattern names, the most recent first.
Clients concerned(const Pattern& pattern, const Records& records, const Findings& findings) {
  Clients clients;
  for (const Miss& miss : findings.misses) clients.add(miss.record->client_id);
  if (!pattern.client_pattern()) return clients;
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (client_matches(*pattern.client_pattern(), record->client_id)) clients.add(record->client_id);
  }
  return clients;
}

void add_last_events(std::string& text, const Records& records, const std::string& client_id) {
  std::vector<const Record*> last;
  for (auto record = records.rbegin(); record != records.rend() && last.size() < kEventsShown; ++record) {
    if (client_id.empty() || record->client_id == client_id) last.push_back(&*record);
  }
  if (last.empty()) return;
  text += client_id.empty() ? "\nLast events:\n" : "\nLast events of " + plain(client_id) + ":\n";
  for (auto record = last.rbegin(); record != last.rend(); ++record) add_line(text, **record);
}

// A client nobody has heard of is most often misspelt: say who was there.
void add_known_clients(std::string& text, const Records& records, const std::string& wanted) {
  Clients known;
  for (const Record& record : records) known.add(record.client_id);
  text += "\nNo client " + plain(wanted) + " was there. ";
  if (known.ids().empty()) {
    text += "There were no clients at all.\n";
    return;
  }
  text += "Those that were:";
  const std::size_t listed = std::min(known.ids().size(), kClientsListed);
  for (std::size_t i = 0; i < listed; ++i) text += (i == 0 ? " " : ", ") + plain(known.ids()[i]);
  if (known.ids().size() > listed) text += " and " + std::to_string(known.ids().size() - listed) + " more";
  text += ".\n";
}

void add_clients(std::string& text, const Pattern& pattern, const Records& records,
                 const Findings& findings) {
  const Clients clients = concerned(pattern, records, findings);
  const auto& wanted = pattern.client_pattern();
  const bool wanted_is_there =
      !wanted || wanted->empty() || std::ranges::any_of(records, [&](const Record& record) {
        return !record.client_id.empty() && client_matches(*wanted, record.client_id);
      });
  if (!wanted_is_there) add_known_clients(text, records, *wanted);
  if (clients.ids().empty()) return add_last_events(text, records, {});
  const std::size_t shown = std::min(clients.ids().size(), kClientsShown);
  for (std::size_t i = 0; i < shown; ++i) add_last_events(text, records, clients.ids()[i]);
  const std::size_t hidden = clients.ids().size() - shown;
  if (hidden > 0) text += "\n(" + std::to_string(hidden) + " more clients are concerned.)\n";
}

void add_count(std::string& text, const Records& records) {
  if (records.empty()) {
    text += "\nThere were no records to look at.\n";
    return;
  }
  text += "\nLooked at " + std::to_string(records.size()) +
          (records.size() == 1 ? " record, #" : " records, #") + std::to_string(records.front().sequence);
  if (records.size() > 1) text += " to #" + std::to_string(records.back().sequence);
  text += ".\n";
}

}  // namespace

std::string explain_miss(const Pattern& pattern, const std::vector<Record>& records,
                         std::string_view what_failed) {
  const Findings findings = look_at(pattern, records);
  std::string text = std::string(what_failed) + ": " + pattern.describe() + '\n';
  add_matches(text, findings.matches);
  add_misses(text, findings.misses);
  add_clients(text, pattern, records, findings);
  add_count(text, records);
  return text;
}

}  // namespace pint
