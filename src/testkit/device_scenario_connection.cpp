// Device scenarios about connections: CONNACK, PINGRESP, DISCONNECT, takeover, restart.
#include <pint/device_scenario.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <string>
#include <system_error>

#include "mqtt/encode.hpp"
#include "net/descriptor.hpp"
#include "testkit/device_stage.hpp"
#include "testkit/record_text.hpp"

namespace pint {
namespace {

using testkit::DeviceStage;
using enum PacketType;

// Another client with the device's name. It connects, keeps its connection, and does nothing else. It is of
// 3.1.1 with Clean Session 0, so that the device's Session outlives it.
class Rival {
 public:
  Rival(std::uint16_t port, std::string_view client_id)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Bytes bytes;
    mqtt::encode(
        bytes,
        mqtt::Connect{.version = ProtocolVersion::v3_1_1, .clean_start = false, .client_id = client_id},
        ProtocolVersion::v3_1_1);
    const auto size = static_cast<ssize_t>(bytes.size());
    if (!socket_ || ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != size) {
      throw std::system_error(errno, std::generic_category(), "the rival client cannot connect");
    }
  }

 private:
  net::Descriptor socket_;
};

// Has it done what was asked after this end?
DeviceVerdict judge_return(DeviceStage& stage, const Record& end, AfterEnd asked,
                           std::chrono::nanoseconds soonest) {
  const Pattern back = received(connect).after(end);
  if (asked == AfterEnd::stays_away) {
    stage.see(back, stage.terms().watch);
    return check_stayed_away(stage.records(), end);
  }
  stage.see(back);
  return check_came_back(stage.records(), end, soonest);
}

bool loses_sessions(Restart what) {
  return (static_cast<unsigned>(what) & static_cast<unsigned>(Restart::lose_sessions)) != 0;
}

DeviceVerdict act_no_connack(DeviceStage& stage) {
  const std::string& client = stage.device().client;
  const std::size_t waits = stage.terms().back_off.waits;
  stage.connect();
  // CONNECT itself is lost: after a lost CONNACK the broker would take the client for connected.
  stage.broker().faults().add({.on = received(connect).client(client), .action = drop()});
  std::optional<Record> attempt = stage.mark();
  stage.broker().drop(client);  // FIN: RST could destroy the CONNACK that was just sent
  for (std::size_t i = 0; attempt && i < waits; ++i) attempt = stage.see(received(connect).after(*attempt));
  return check_back_off(stage.records(), client, stage.terms().back_off);
}

DeviceVerdict act_no_pingresp(DeviceStage& stage) {
  stage.broker().faults().add({.on = sent(pingresp).client(stage.device().client), .action = drop()});
  stage.connect();
  const auto ping = stage.see(received(pingreq));
  if (!ping) return {.explanation = "no PINGREQ came: is the device's Keep Alive on?"};
  stage.see(disconnected().after(*ping));
  return check_gave_up(stage.records(), *ping);
}

DeviceVerdict act_restart(DeviceStage& stage, Restart what) {
  stage.connect();
  const std::string topic = testkit::topic_matching(stage.subscribe().topic_filter);
  const Record before = stage.mark();
  stage.broker().restart(what);
  const Record end = stage.need(disconnected().after(before));
  if (stage.see(connected().after(end)) && loses_sessions(what)) stage.see(subscribed().after(end));
  DeviceVerdict resumed = check_resumed(stage.records(), end, !loses_sessions(what));
  if (!resumed) return resumed;
  const auto taken = stage.send(topic, "after the restart");
  DeviceVerdict verdict{.evidence = resumed.evidence};
  verdict.passed = taken && taken->verdict;
  verdict.explanation = resumed.explanation + "; a message for it was not sent: it is not subscribed";
  if (taken) {
    verdict.explanation = resumed.explanation + "; then " + taken->verdict.explanation;
    verdict.evidence.insert(verdict.evidence.end(), taken->verdict.evidence.begin(),
                            taken->verdict.evidence.end());
  }
  return verdict;
}

}  // namespace

DeviceReport no_connack(const DeviceUnderTest& device, const DeviceTerms& terms) {
  DeviceTerms silent = terms;
  silent.broker.broker.limits.connect_timeout = terms.silence;
  return testkit::play({.name = "no CONNACK", .act = act_no_connack}, device, silent);
}

DeviceReport no_pingresp(const DeviceUnderTest& device, const DeviceTerms& terms) {
  // The broker's time stands still, so that it does not end the connection before the client may.
  DeviceTerms still = terms;
  still.broker.keep_alive_on_virtual_time = true;
  return testkit::play({.name = "no PINGRESP", .clock = Clock::manual, .act = act_no_pingresp}, device,
                       still);
}

DeviceReport server_disconnect(const DeviceUnderTest& device, ReasonCode reason, AfterEnd asked,
                               const DeviceTerms& terms) {
  return testkit::play({.name = "server DISCONNECT " + testkit::text_of(reason),
                        .act =
                            [&](DeviceStage& stage) {
                              stage.connect();
                              stage.broker().kick(device.client, reason);
                              return judge_return(stage, stage.need(disconnected()), asked, {});
                            }},
                       device, terms);
}

DeviceReport takeover(const DeviceUnderTest& device, AfterEnd asked, const DeviceTerms& terms) {
  return testkit::play({.name = "takeover",
                        .act =
                            [&](DeviceStage& stage) {
                              stage.connect();
                              const Rival rival(stage.broker().port(), device.client);
                              return judge_return(stage, stage.need(disconnected()), asked, terms.calm);
                            }},
                       device, terms);
}

DeviceReport broker_restart(const DeviceUnderTest& device, Restart what, const DeviceTerms& terms) {
  return testkit::play({.name = loses_sessions(what) ? "restart, Sessions lost" : "restart",
                        .act = [&](DeviceStage& stage) { return act_restart(stage, what); }},
                       device, terms);
}

}  // namespace pint
