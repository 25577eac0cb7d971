// A pcapng file of IP packets, as much of the format as that needs: one section, one interface with
// nanoseconds, and a block with an optional comment for each packet. Little-endian throughout.
//
//   Section Header | Interface Description (LINKTYPE_RAW) | Enhanced Packet | Enhanced Packet | …
//   each block:  type u32 | length u32 | body, padded to 4 bytes | length u32
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "base/bytes.hpp"

namespace pint::testkit {

class PcapngFile {
 public:
  // Replaces the file and begins it.
  explicit PcapngFile(const std::filesystem::path& path);

  // `time` is since 1970; an empty comment is left out.
  void add(ByteView ip_packet, std::chrono::nanoseconds time, std::string_view comment = {});
  // Throws std::system_error if anything could not be written.
  void close();

 private:
  void write_block(std::uint32_t type, ByteView body);

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace pint::testkit
