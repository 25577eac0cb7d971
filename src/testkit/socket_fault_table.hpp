// The table of socket faults, for docs/faults.md: a row for each alternative of SocketEffect, in its order.
#pragma once

#include <array>
#include <string_view>
#include <variant>

#include <pint/socket_fault.hpp>

namespace pint::testkit {

struct SocketFaultRow {
  std::string_view call;  // as a test writes it
  std::string_view does;
};

constexpr std::array<SocketFaultRow, std::variant_size_v<SocketEffect>> kSocketFaultTable{{
    {"latency(delay, {.jitter})", "every byte arrives so much later, in order"},
    {"bandwidth(bytes_per_second)", "no more than so many bytes in a second pass"},
    {"slice(bytes, {.pause})", "bytes arrive in portions of at most so many, with a pause between them"},
    {"corrupt_bytes(probability)", "each byte becomes another one with this probability"},
    {"corrupt_byte(offset)", "the byte at this place becomes another one"},
    {"stall()", "nothing passes for the time being: to the client, a client that does not read; from the "
                "client, a broker that does not"},
    {"half_open()", "nothing passes either way and nobody sees an end, as behind a cable that was pulled"},
    {"truncate(bytes, end), fin(), rst()", "so many bytes pass, or none, and then the connection ends"},
    {"refuse_connections()", "whoever connects is reset at once"},
    {"stop_accepting()", "whoever connects waits in the operating system"},
}};

}  // namespace pint::testkit
