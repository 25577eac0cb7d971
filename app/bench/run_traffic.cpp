// Scenarios throughput and latency: what traffic there was, in figures.
#include <algorithm>

#include "bench/subject.hpp"
#include "bench/traffic.hpp"

namespace pint::bench {
namespace {

void put_plan(const Plan& plan, Report& report) {
  report.put("publishers", "publishers", static_cast<double>(plan.publisher_count()))
      .put("subscribers", "subscribers", static_cast<double>(plan.subscriber_count()))
      .put("qos", "QoS", static_cast<double>(plan.qos))
      .put("payload_bytes", "payload, bytes", static_cast<double>(plan.payload_bytes));
}

void put_cpu(const Measurement& measured, double messages, Report& report) {
  if (!measured.known() || messages == 0) return;
  report.put("cpu_ns_per_message", "broker's CPU, ns/message", measured.cpu_ns() / messages, 1)
      .put("cpu_percent", "broker's CPU, %", measured.cpu_ns() / measured.seconds() / 1e7, 1)
      .put("peak_rss_bytes", "broker's peak memory, bytes",
           static_cast<double>(measured.after().resident_bytes_peak));
}

}  // namespace

void run_traffic(Subject& subject, Report& report) {
  const Plan& plan = subject.plan;
  Traffic traffic(subject);
  if (plan.warm_up != 0)
    traffic.run_phase(std::max(plan.warm_up, plan.publisher_count()), {});  // one of each
  Measurement measured(subject);
  traffic.run_phase(plan.messages, plan.duration);
  measured.end(traffic.ended_ns());

  const auto deliveries = static_cast<double>(traffic.deliveries());
  put_plan(plan, report);
  report.put("sent", "messages sent", static_cast<double>(traffic.sent()))
      .put("delivered", "messages delivered", deliveries)
      .put("seconds", "seconds", measured.seconds(), 3)
      .put("messages_per_second", "delivered a second", deliveries / measured.seconds());
  put_cpu(measured, deliveries, report);
  if (plan.scenario == Scenario::latency || plan.rate != 0)
    report.put_quantiles("latency", traffic.latency());
  report.put_findings(traffic.findings(), plan.qos == QoS::at_least_once);
  if (const std::uint64_t unfinished = traffic.unfinished_handshakes(); unfinished != 0)
    report.problem("handshakes not finished: " + with_commas(static_cast<double>(unfinished)));
}

}  // namespace pint::bench
