// A published message as one run of bytes, as the journal keeps it. Only for messages without properties,
// which are most; the others are kept as records.
//
//   head | client_id | topic | payload
#pragma once

#include <cstddef>
#include <string_view>

#include <pint/event.hpp>
#include <pint/journal.hpp>

namespace pint::testkit {

[[nodiscard]] bool can_pack(const MessagePublished& event);
[[nodiscard]] std::size_t packed_size(const MessagePublished& event);
// Precondition: can_pack(), and room for packed_size() bytes.
void pack(char* out, const MessagePublished& event);
// Fill in what pack() wrote.
void unpack(Record& record, std::string_view packed);

// The detail of a published record: "2 receivers".
[[nodiscard]] std::string receivers_text(std::uint32_t receivers);

}  // namespace pint::testkit
