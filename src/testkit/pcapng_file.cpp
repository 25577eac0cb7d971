#include "testkit/pcapng_file.hpp"

#include <cerrno>
#include <system_error>

namespace pint::testkit {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1A2B3C4D;
constexpr std::uint16_t kLinkTypeRaw = 101;  // begins with an IPv4 or IPv6 header
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kUserApplication = 4;  // of the section
constexpr std::uint16_t kTimeResolution = 9;   // of the interface, as a negative power of ten

void add_u16(Bytes& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

void add_u32(Bytes& out, std::uint32_t value) {
  add_u16(out, static_cast<std::uint16_t>(value));
  add_u16(out, static_cast<std::uint16_t>(value >> 16));
}

void add_padded(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
  out.resize((out.size() + 3) / 4 * 4);
}

void add_option(Bytes& out, std::uint16_t code, ByteView value) {
  add_u16(out, code);
  add_u16(out, static_cast<std::uint16_t>(value.size()));
  add_padded(out, value);
}

Bytes section_header() {
  Bytes body;
  add_u32(body, kByteOrderMagic);
  add_u16(body, 1);  // version 1.0
  add_u16(body, 0);
  add_u32(body, 0xFFFFFFFF);  // the section's length is not told
  add_u32(body, 0xFFFFFFFF);
  add_option(body, kUserApplication, as_bytes("PintBroker"));
  add_option(body, kEndOfOptions, {});
  return body;
}

Bytes interface_description() {
  constexpr std::uint8_t kNanoseconds[] = {9};
  Bytes body;
  add_u16(body, kLinkTypeRaw);
  add_u16(body, 0);
  add_u32(body, 0);  // packets are whole, however long
  add_option(body, kTimeResolution, kNanoseconds);
  add_option(body, kEndOfOptions, {});
  return body;
}

}  // namespace

PcapngFile::PcapngFile(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::binary | std::ios::trunc) {
  write_block(kSectionHeader, section_header());
  write_block(kInterfaceDescription, interface_description());
}

void PcapngFile::add(ByteView ip_packet, std::chrono::nanoseconds time, std::string_view comment) {
  const auto ticks = static_cast<std::uint64_t>(time.count());
  const auto size = static_cast<std::uint32_t>(ip_packet.size());
  Bytes body;
  body.reserve(ip_packet.size() + comment.size() + 40);
  add_u32(body, 0);  // the interface
  add_u32(body, static_cast<std::uint32_t>(ticks >> 32));
  add_u32(body, static_cast<std::uint32_t>(ticks));
  add_u32(body, size);  // as captured
  add_u32(body, size);  // as it was
  add_padded(body, ip_packet);
  if (!comment.empty()) {
    add_option(body, kComment, as_bytes(comment));
    add_option(body, kEndOfOptions, {});
  }
  write_block(kEnhancedPacket, body);
}

void PcapngFile::close() {
  file_.close();
  if (!file_) throw std::system_error(errno, std::generic_category(), "cannot write " + path_.string());
}

void PcapngFile::write_block(std::uint32_t type, ByteView body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  Bytes block;
  block.reserve(size);
  add_u32(block, type);
  add_u32(block, size);
  block.insert(block.end(), body.begin(), body.end());
  add_u32(block, size);
  const std::string_view bytes = as_text(block);
  file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace pint::testkit
