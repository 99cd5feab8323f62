import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const PREFIX = "connect_whatsapp_";
const CALL_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const QUERY_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
/** From a sender that is ONLINE at once to one that Twilio reviews for two days. */
const LINKED_BUCKETS = [15, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400, 259_200];

/** Everything that the service counts and measures itself; docs/metrics.md lists it. */
export type Meters = ReturnType<typeof defineMeters>;

/** Makes them in a registry. Every label has values of a closed list. */
export function defineMeters(registry: Registry) {
  return { ...defineOfRequests(registry), ...defineOfSignups(registry), ...defineOfWork(registry) };
}

function makers(registry: Registry) {
  const registers = [registry];
  return {
    counter: <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers }),
    gauge: <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers }),
    histogram: <L extends string>(
      name: string,
      help: string,
      labelNames: readonly L[],
      buckets: number[],
    ) => new Histogram({ name: `${PREFIX}${name}`, help, labelNames, buckets, registers }),
  };
}

function defineOfRequests(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  return {
    build: gauge("build_info", "1, with the version and commit that run", ["version", "commit"]),
    requests: histogram(
      "http_request_seconds",
      "Answered requests",
      ["method", "route", "status"],
      CALL_BUCKETS,
    ),
    events: counter("events_total", "Lines of the log with an event", ["event"]),
  };
}

function defineOfSignups(registry: Registry) {
  const { counter, histogram } = makers(registry);
  return {
    sessionsEnded: counter(
      "signup_sessions_ended_total",
      "Signups that came to an end, and the last screen that the popup showed",
      ["outcome", "last_screen"],
    ),
    registrations: counter("registration_results_total", "How steps of registrations ended", [
      "step",
      "outcome",
      "code",
    ]),
    linked: histogram(
      "callback_to_linked_seconds",
      "From the accepted callback until Twilio said ONLINE",
      [],
      LINKED_BUCKETS,
    ),
  };
}

function defineOfWork(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  return {
    calls: histogram(
      "provider_call_seconds",
      "Calls to Twilio and Meta",
      ["provider", "operation", "result"],
      CALL_BUCKETS,
    ),
    claims: counter("worker_claims_total", "Claims that the worker ended", ["queue", "outcome"]),
    pauses: counter("worker_pauses_total", "Times that the worker paused for Twilio's sake", []),
    pausedSeconds: counter("worker_paused_seconds_total", "For how long in all", []),
    database: histogram(
      "database_command_seconds",
      "Commands that MongoDB answered",
      ["command", "result"],
      QUERY_BUCKETS,
    ),
    waiting: gauge("registrations_waiting", "Registrations that wait, and for whom", [
      "status",
      "waiting_for",
    ]),
    oldestWaiting: gauge("oldest_waiting_seconds", "For how long the one that waits longest does", [
      "status",
      "waiting_for",
    ]),
    lag: gauge("worker_lag_seconds", "How late the work is that is due longest", ["queue"]),
    onboardings: gauge("onboardings_week", "WABAs first seen in the last seven days", []),
    onboardingsLimit: gauge("onboardings_week_limit", "How many of them are allowed", []),
    linesNearLimit: gauge(
      "lines_near_limit",
      "Numbers whose registrations and codes in 72 hours are nearly used up at Meta",
      [],
    ),
    databaseUp: gauge("database_up", "1 where these gauges could be read, else 0", []),
  };
}
