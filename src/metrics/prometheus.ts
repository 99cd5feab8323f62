import { collectDefaultMetrics, Registry } from "prom-client";
import { VERSION } from "../version.ts";
import type { DatabaseGauges } from "./database-gauges.ts";
import { defineMeters, type Meters } from "./definitions.ts";
import {
  codeLabel,
  commandLabel,
  endLabel,
  methodLabel,
  operationLabel,
  resultLabel,
  screenLabel,
  stepLabel,
} from "./labels.ts";
import type { EventFields, Metrics } from "./metrics.ts";

/** Of the process and not of one service in it, so they are made once, when first asked for. */
let processRegistry: Registry | undefined;

/** Memory, CPU, event loop and garbage collection. */
export function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

/** Metrics that Prometheus scrapes. */
export class PrometheusMetrics implements Metrics {
  readonly registry = new Registry();
  readonly #meters: Meters;

  constructor(commit: string | undefined) {
    this.#meters = defineMeters(this.registry);
    this.#meters.build.set({ version: VERSION, commit: commit ?? "unknown" }, 1);
  }

  /** All of them as text. What the database knows is read now, and left out where it does not answer in time. */
  async scrape(gauges: DatabaseGauges): Promise<{ contentType: string; text: string }> {
    await gauges.refresh(this.#meters);
    const all = Registry.merge([this.registry, processMetrics()]);
    return { contentType: all.contentType, text: await all.metrics() };
  }

  requestAnswered(
    { method, route, status }: { method: string; route?: string; status: number },
    ms: number,
  ): void {
    const labels = { method: methodLabel(method), route: route ?? "none", status: String(status) };
    this.#meters.requests.observe(labels, ms / 1000);
  }

  eventHappened(fields: EventFields): void {
    const { event } = fields;
    this.#meters.events.inc({ event });
    switch (event) {
      case "twilio_request":
        return this.#called("twilio", fields);
      case "meta_request":
        return this.#called("meta", fields);
      case "signup_session_ended":
        return this.#ended(fields.status, fields.currentStep);
      case "integration_upserted":
        if (fields.outcome !== "unchanged") this.#ended("completed", undefined);
        return;
      case "session_revoked":
        return this.#ended("revoked", undefined);
      case "registration_failed":
        return this.#registered(fields, "failed");
      case "registration_retry_scheduled":
        return this.#registered(fields, "retry");
      case "integration_disconnected":
        return this.#registered({ ...fields, step: "disconnecting" }, "disconnected");
      case "integration_linked":
        if (typeof fields.sinceCallbackMs === "number") {
          this.#meters.linked.observe(fields.sinceCallbackMs / 1000);
        }
        return this.#registered({ ...fields, step: "online" }, "linked");
      default:
    }
  }

  claimEnded(queue: string, outcome: string): void {
    this.#meters.claims.inc({ queue, outcome });
  }

  workerPaused(ms: number): void {
    this.#meters.pauses.inc();
    this.#meters.pausedSeconds.inc(ms / 1000);
  }

  databaseAnswered(command: string, isError: boolean, ms: number): void {
    const labels = { command: commandLabel(command), result: isError ? "error" : "ok" };
    this.#meters.database.observe(labels, ms / 1000);
  }

  #called(provider: string, { operation, status, durationMs }: EventFields): void {
    this.#meters.calls.observe(
      { provider, operation: operationLabel(operation), result: resultLabel(status) },
      Number(durationMs) / 1000,
    );
  }

  #ended(status: unknown, screen: unknown): void {
    this.#meters.sessionsEnded.inc({ outcome: endLabel(status), last_screen: screenLabel(screen) });
  }

  #registered({ step, code }: EventFields, outcome: string): void {
    const labels = { step: stepLabel(step), outcome, code: codeLabel(code) };
    this.#meters.registrations.inc(labels);
  }
}
