// Captures: what tshark reads out of them is what was put in, and it finds nothing to complain about.
#include <pint/journal.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "samples.hpp"
#include "support/scratch_folder.hpp"
#include "testkit/pcapng_tcp.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using mqtt::PacketId;
using mqtt::PropertyId;
using mqtt::PropertyList;
using testkit::Journal;
using enum ProtocolVersion;
using Lines = std::vector<std::string>;

class Pcapng : public testing::Test {
 protected:
  // The capture as the lines of a tshark with these arguments.
  [[nodiscard]] Lines tshark(const std::string& arguments) const {
    const std::string command = "tshark -n -r '" + path_.string() + "' " + arguments + " 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    EXPECT_NE(pipe, nullptr);
    std::string output;
    for (int c = 0; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
    Lines lines;
    for (std::size_t begin = 0, end; (end = output.find('\n', begin)) != std::string::npos; begin = end + 1) {
      lines.push_back(output.substr(begin, end - begin));
    }
    return lines;
  }

  // The fields of the packets a filter lets through, separated by "|".
  [[nodiscard]] Lines fields(const std::string& filter, const std::vector<std::string>& names) const {
    std::string arguments = "-T fields -E 'separator=|' -Y '" + filter + "'";
    for (const std::string& name : names) arguments += " -e " + name;
    return tshark(arguments);
  }

  void save(std::uint16_t port = 1883) const { save_pcapng(journal_.all(), path_, port); }

  // What tshark warns of, with every check there is. Below a warning (0x600000) it only tells of beginnings
  // and ends.
  [[nodiscard]] Lines complaints() const {
    return tshark(
        "-o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y "
        "'_ws.malformed || _ws.expert.severity >= 0x600000 || tcp.checksum.status == 0 || "
        "ip.checksum.status == 0 || tcp.analysis.flags || mqtt.unknown_version || mqtt.prop_unknown'");
  }

  Journal journal_;
  ScratchFolder folder_;
  std::filesystem::path path_ = folder_ / "journal.pcapng";
};

const Client kNobody = client("", v3_1_1);
const Client kDevice = client("dev-1", v5);

PacketSeen connect_of(const Client& who) {
  const mqtt::Connect connect{
      .version = who.version, .clean_start = true, .keep_alive = 60, .client_id = who.client_id};
  return {client("", v3_1_1, who.remote_address), Direction::received, encoded(connect, who.version)};
}

TEST_F(Pcapng, DecodesAsMqttWithoutAComplaint) {
  PropertyList properties;
  properties.add(PropertyId::content_type, "text/plain").add_user_property("room", "kitchen");
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(sent(kDevice, mqtt::Connack{}), after(0ms));
  journal_.append(ClientConnected{.client = kDevice}, after(0ms));
  journal_.append(received(kDevice, mqtt::Subscribe{.packet_id = PacketId{1}, .requests = {{"a/#", {}}}}),
                  after(1ms));
  journal_.append(sent(kDevice, mqtt::Suback{.packet_id = PacketId{1}, .reasons = {ReasonCode::success}}),
                  after(1ms));
  journal_.append(received(kDevice, mqtt::Publish{.qos = QoS::at_least_once,
                                                  .topic = "a/b",
                                                  .packet_id = PacketId{7},
                                                  .properties = properties.view(),
                                                  .payload = as_bytes("21.5")}),
                  after(2ms));
  journal_.append(sent(kDevice, mqtt::Puback{PacketId{7}, ReasonCode::no_matching_subscribers}), after(2ms));
  journal_.append(received(kDevice, mqtt::Disconnect{}), after(3ms));
  journal_.append(ClientDisconnected{.client = kDevice, .explanation = {}}, after(3ms));
  save();

  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("mqtt", {"frame.comment", "tcp.srcport", "tcp.dstport", "mqtt.msgtype", "mqtt.clientid",
                            "mqtt.topic", "mqtt.msgid", "mqtt.conack.val"}),
            (Lines{"#1|40122|1883|1|dev-1|||", "#2|1883|40122|2||||", "#4|40122|1883|8||a/#|1|",
                   "#5|1883|40122|9|||1|", "#6|40122|1883|3||a/b|7|", "#7|1883|40122|4|||7|",
                   "#8|40122|1883|14||||"}));
  EXPECT_EQ(fields("mqtt.msgtype == 3", {"mqtt.qos", "mqtt.msg", "mqtt.property.content_type",
                                         "mqtt.prop_key", "mqtt.prop_value"}),
            Lines{"1|32312e35|text/plain|room|kitchen"});
  EXPECT_EQ(fields("mqtt.msgtype == 4", {"mqtt.puback.reason_code"}), Lines{"16"});
}

TEST_F(Pcapng, BeginsAndEndsConversationsAsTcpDoes) {
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(ClientDisconnected{.client = kDevice, .explanation = {}}, after(5ms));
  save();
  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("tcp", {"tcp.srcport", "tcp.flags.syn", "tcp.flags.ack", "tcp.flags.fin", "tcp.seq",
                           "tcp.ack", "tcp.len"}),
            (Lines{"40122|1|0|0|0|0|0", "1883|1|1|0|0|1|0", "40122|0|1|0|1|1|0", "40122|0|1|0|1|1|20",
                   "40122|0|1|1|21|1|0", "1883|0|1|1|1|22|0", "40122|0|1|0|22|2|0"}));
}

TEST_F(Pcapng, LetsTheBrokerEndWhatItEnded) {
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(sent(kDevice, mqtt::Disconnect{ReasonCode::session_taken_over}), after(5ms));
  journal_.append(
      ClientDisconnected{.client = kDevice, .reason = ReasonCode::session_taken_over, .explanation = {}},
      after(5ms));
  save();
  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("tcp.flags.fin == 1", {"tcp.srcport"}), (Lines{"1883", "40122"}));
}

TEST_F(Pcapng, LeavesOpenWhatIsOpen) {
  journal_.append(connect_of(kDevice), after(0ms));
  save();
  EXPECT_EQ(fields("tcp.flags.fin == 1", {"tcp.srcport"}), Lines{});
}

TEST_F(Pcapng, KeepsConnectionsApartAndNewOnesOnAnOldAddress) {
  const Client other = client("dev-2", v3_1_1, "127.0.0.1:40123");
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(connect_of(other), after(1ms));
  journal_.append(ClientDisconnected{.client = kDevice, .explanation = {}}, after(2ms));
  journal_.append(connect_of(client("dev-3", v5)), after(3ms));
  save();
  EXPECT_EQ(fields("mqtt", {"tcp.stream", "tcp.srcport", "mqtt.clientid", "mqtt.ver"}),
            (Lines{"0|40122|dev-1|5", "1|40123|dev-2|4", "2|40122|dev-3|5"}));
  // That the port is used again is true, and worth a note.
  EXPECT_EQ(fields("tcp.analysis.flags", {"tcp.stream", "tcp.flags.syn"}), Lines{"2|1"});
}

TEST_F(Pcapng, TellsConnectionsOnOneAddressApartByConnectIfThereIsNothingElse) {
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(ClientDisconnected{.client = kDevice, .explanation = {}}, after(2ms));
  journal_.append(connect_of(client("dev-3", v5)), after(3ms));
  save_pcapng(journal_.query(received(PacketType::connect)), path_);
  EXPECT_EQ(fields("mqtt", {"tcp.stream", "mqtt.clientid"}), (Lines{"0|dev-1", "1|dev-3"}));
}

TEST_F(Pcapng, KeepsASecondConnectInItsConnectionIfEndsAreTold) {
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(connect_of(kDevice), after(1ms));  // against the protocol
  journal_.append(
      ClientDisconnected{.client = kDevice, .reason = ReasonCode::protocol_error, .explanation = {}},
      after(1ms));
  save();
  EXPECT_EQ(fields("mqtt", {"tcp.stream"}), (Lines{"0", "0"}));
}

TEST_F(Pcapng, CutsLargePacketsIntoSegmentsThatTsharkPutsTogether) {
  const std::string payload(100'000, 'x');
  journal_.append(connect_of(kDevice), after(0ms));
  journal_.append(received(kDevice, mqtt::Publish{.topic = "big", .payload = as_bytes(payload)}), after(1ms));
  journal_.append(sent(kDevice, mqtt::Publish{.topic = "big", .payload = as_bytes(payload)}), after(2ms));
  save();
  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("mqtt.msgtype == 3", {"mqtt.topic", "mqtt.len", "tcp.segment.count"}),
            (Lines{"big|100006|70", "big|100006|70"}));
  EXPECT_EQ(fields("tcp.len > 1440", {"frame.number"}), Lines{});
}

TEST_F(Pcapng, KeepsAddressesOfBothFamilies) {
  const Client far = client("far", v5, "10.1.2.3:50000");
  const Client six = client("six", v5, "[2001:db8::7]:50001");
  journal_.append(connect_of(far), after(0ms));
  journal_.append(connect_of(six), after(0ms));
  journal_.append(sent(six, mqtt::Connack{}), after(0ms));
  save();
  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("mqtt", {"ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "mqtt.msgtype"}),
            (Lines{"10.1.2.3|127.0.0.1|||50000|1", "||2001:db8::7|::1|50001|1", "||::1|2001:db8::7|1883|2"}));
}

TEST_F(Pcapng, MakesUpAnAddressWhereThereIsNone) {
  journal_.append(connect_of(client("inside", v5, "in-process 1")), after(0ms));
  journal_.append(connect_of(client("inside too", v5, "in-process 2")), after(0ms));
  save();
  EXPECT_EQ(complaints(), Lines{});
  EXPECT_EQ(fields("mqtt", {"ip.src", "tcp.srcport", "mqtt.clientid"}),
            (Lines{"127.0.0.2|49152|inside", "127.0.0.2|49153|inside too"}));
}

TEST_F(Pcapng, FollowsBrokerTimeFromTheFirstRecordsWallTime) {
  journal_.append(connect_of(kDevice), {100ms, noon()});
  journal_.append(received(kDevice, mqtt::Pingreq{}),
                  {1h + 100ms, noon() + 1ms});  // an hour by the test's clock
  save();
  EXPECT_EQ(fields("mqtt", {"frame.time_epoch"}), (Lines{"1772366400.000000000", "1772370000.000000000"}));
}

TEST_F(Pcapng, UsesTheBrokersPortIfTold) {
  journal_.append(connect_of(kDevice), after(0ms));
  save(20'001);
  EXPECT_EQ(fields("tcp.len > 0", {"tcp.dstport"}), Lines{"20001"});
  EXPECT_EQ(tshark("-d tcp.port==20001,mqtt -T fields -e mqtt.clientid -Y mqtt"), Lines{"dev-1"});
}

TEST_F(Pcapng, OfNoPacketsIsAnEmptyCapture) {
  journal_.append(WillPublished{"dev-1", "gone"}, after(0ms));
  save();
  EXPECT_EQ(tshark(""), Lines{});
  EXPECT_GT(std::filesystem::file_size(path_), 0u);
}

TEST_F(Pcapng, SaysWhichFileItCouldNotWrite) {
  const std::string path = testing::TempDir() + "no/such/folder/x.pcapng";
  try {
    save_pcapng({}, path);
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  }
}

TEST(TcpEnd, IsParsedOrNothing) {
  for (const std::string bad : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:1",
                                "[]:1", "[127.0.0.1]:1", "localhost:1", "1.2.3.4:5 "}) {
    EXPECT_FALSE(testkit::parse_tcp_end(bad).has_value()) << bad;
  }
  EXPECT_EQ(testkit::parse_tcp_end("1.2.3.4:65535")->port, 65'535);
  EXPECT_TRUE(testkit::parse_tcp_end("[::1]:1")->is_ipv6);
}

}  // namespace
}  // namespace pint::test
