#include "testkit/lint_clause.hpp"

#include <algorithm>
#include <iterator>

namespace pint::testkit {
namespace {

// Decoding cites MQTT 5.0. Where 3.1.1 asks the same of a client, it does so here.
struct SameClause {
  std::string_view v5;
  std::string_view v3_1_1;
};
constexpr SameClause kSame[] = {
    {"MQTT-1.5.4-1", "MQTT3-1.5.3-1"},   {"MQTT-1.5.4-2", "MQTT3-1.5.3-2"},
    {"MQTT-2.1.3-1", "MQTT3-2.2.2-1"},   {"MQTT-2.2.1-3", "MQTT3-2.3.1-1"},
    {"MQTT-3.1.0-1", "MQTT3-3.1.0-1"},   {"MQTT-3.1.0-2", "MQTT3-3.1.0-2"},
    {"MQTT-3.1.2-11", "MQTT3-3.1.2-13"}, {"MQTT-3.1.2-12", "MQTT3-3.1.2-14"},
    {"MQTT-3.1.2-13", "MQTT3-3.1.2-15"}, {"MQTT-3.1.3-4", "MQTT3-3.1.3-4"},
    {"MQTT-3.1.3-11", "MQTT3-3.1.3-10"}, {"MQTT-3.1.3-12", "MQTT3-3.1.3-11"},
    {"MQTT-3.3.1-2", "MQTT3-3.3.1-2"},   {"MQTT-3.3.1-4", "MQTT3-3.3.1-4"},
    {"MQTT-3.3.2-1", "MQTT3-3.3.2-1"},   {"MQTT-3.3.2-2", "MQTT3-3.3.2-2"},
    {"MQTT-3.6.1-1", "MQTT3-3.6.1-1"},   {"MQTT-3.8.1-1", "MQTT3-3.8.1-1"},
    {"MQTT-3.8.3-1", "MQTT3-3.8.3-1"},   {"MQTT-3.8.3-2", "MQTT3-3.8.3-3"},
    {"MQTT-3.10.1-1", "MQTT3-3.10.1-1"}, {"MQTT-3.10.3-1", "MQTT3-3.10.3-1"},
    {"MQTT-3.10.3-2", "MQTT3-3.10.3-2"}, {"MQTT-4.7.0-1", "MQTT3-4.7.1-1"},
    {"MQTT-4.7.1-1", "MQTT3-4.7.1-2"},   {"MQTT-4.7.1-2", "MQTT3-4.7.1-3"},
    {"MQTT-4.7.3-1", "MQTT3-4.7.3-1"},
};

std::string_view in_3_1_1(std::string_view clause) {
  if (clause.starts_with("MQTT3-")) return clause;
  const auto* same = std::find_if(std::begin(kSame), std::end(kSame),
                                  [&](const SameClause& row) { return row.v5 == clause; });
  return same == std::end(kSame) ? std::string_view() : same->v3_1_1;
}

}  // namespace

std::string_view clause_in(std::string_view sentence, ProtocolVersion version) {
  if (version == ProtocolVersion::v3_1) return {};
  for (std::size_t at = sentence.find("[MQTT"); at != std::string_view::npos;
       at = sentence.find("[MQTT", at + 1)) {
    const std::string_view rest = sentence.substr(at + 1);
    const std::string_view cited = rest.substr(0, rest.find(']'));
    if (version == ProtocolVersion::v3_1_1) {
      if (const std::string_view clause = in_3_1_1(cited); !clause.empty()) return clause;
    } else if (!cited.starts_with("MQTT3-")) {
      return cited;
    }
  }
  return {};
}

std::string sentence_without_clauses(std::string_view sentence) {
  std::string out;
  while (true) {
    const std::size_t begin = sentence.find(" [MQTT");
    out += sentence.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    const std::size_t end = sentence.find(']', begin);
    if (end == std::string_view::npos) return out;
    sentence.remove_prefix(end + 1);
  }
}

}  // namespace pint::testkit
