// Reports of device scenarios, and all scenarios in a row.
#include <pint/device_scenario.hpp>

namespace pint {

std::string to_string(const DeviceReport& report) {
  std::string text = (report.passed ? "passed  " : "FAILED  ") + report.scenario + ": " + report.explanation;
  for (const Record& record : report.evidence) text += "\n    " + to_string(record);
  return text + '\n';
}

std::vector<DeviceReport> all_device_scenarios(const DeviceUnderTest& device, const DeviceTerms& terms) {
  std::vector<DeviceReport> reports;
  reports.push_back(no_connack(device, terms));
  if (device.publish) reports.push_back(no_puback(device, terms));
  if (device.subscribe) reports.push_back(no_suback(device, terms));
  reports.push_back(no_pingresp(device, terms));
  reports.push_back(server_disconnect(device, ReasonCode::server_shutting_down, AfterEnd::comes_back, terms));
  reports.push_back(takeover(device, AfterEnd::comes_back, terms));
  if (device.publish) {
    for (const Qos2Packet lost :
         {Qos2Packet::publish, Qos2Packet::pubrec, Qos2Packet::pubrel, Qos2Packet::pubcomp}) {
      reports.push_back(qos2_cut(device, lost, terms));
    }
    reports.push_back(slow_network(device, terms));
  }
  if (device.subscribe) {
    reports.push_back(broker_restart(device, Restart::keep_all, terms));
    reports.push_back(boundary_payloads(device, terms));
    reports.push_back(oversized_payload(device, terms));
  }
  return reports;
}

}  // namespace pint
