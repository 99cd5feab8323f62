import type { IntegrationFilter } from "../integrations/operator-queries.ts";
import type { Explanation } from "../operator/desk.ts";
import { UnknownOwnerError, type AssignmentResult } from "../ownership/operator-assignments.ts";
import type { ProblemBody } from "../problems/render.ts";
import { UsageError } from "./command.ts";
import type { OperatorDoors } from "./operator-doors.ts";
import type { ServiceAddress } from "./service-address.ts";

/** An assignment asks Twilio for every account, and restarts what waited for it. */
const TIMEOUT_MS = 120_000;

/** Fields of the answers that are times. */
const TIMES = new Set(["at", "waitingSince", "expiresAt", "requestedAt", "completedAt"]);

type Call = <T>(method: "GET" | "POST", path: string, body?: object) => Promise<T>;

/** The operator's functions of a running service, through its JSON doors. */
export function operatorAtService(address: ServiceAddress): OperatorDoors {
  const call: Call = (method, path, body) => exchange(address, method, path, body);
  const find = (term: string) => call<Explanation>("GET", `/ops/find?${query({ q: term })}`);
  const integration = async (id: string) => {
    const [found] = (await find(id)).integrations;
    if (!found) throw new Error(`no integration ${id}`);
    return found;
  };
  const act = (room: string, name: string) => async (id: string, reason?: string) => {
    const path = `/ops/${room}/${encodeURIComponent(id)}/${name}`;
    await call("POST", path, { reason: required(reason) });
  };
  const retry = act("integrations", "retry");
  return {
    desk: {
      find,
      explain: (term) => call("GET", `/ops/explain?${query({ q: term })}`),
      list: (filter, limit) => call("GET", `/ops/integrations?${query(listed(filter, limit))}`),
      retry: async (id, reason) => {
        await retry(id, reason);
        return integration(id);
      },
      recheck: act("integrations", "recheck"),
      disconnect: act("integrations", "disconnect"),
      release: act("signup-sessions", "release"),
      revoke: act("signup-sessions", "revoke"),
    },
    assignments: assignmentsThrough(call),
    erasures: {
      request: (userId, reason) => call("POST", "/ops/erase", { userId, reason }),
      status: onTheDatabase,
    },
    exports: {
      of: (userId, reason) =>
        call("GET", `/ops/export?${query({ userId, ...(reason ? { reason } : {}) })}`),
    },
    legacy: { run: onTheDatabase, undo: onTheDatabase },
    handOver: async (request) => {
      const { from } = await call<{ from: string[] }>("POST", "/ops/hand-over", request);
      return {
        from: await Promise.all(from.map(integration)),
        target: await integration(request.to),
      };
    },
  };
}

function assignmentsThrough(call: Call): OperatorDoors["assignments"] {
  return {
    assign: async ({ phoneNumber, userId, isNewOwner, reason }) => {
      const { formerUserId, foundIn, restarted, busy } = await call<
        Omit<AssignmentResult, "formerUserId"> & { formerUserId: string | null }
      >("POST", "/ops/assign", {
        phoneNumber,
        userId,
        newOwner: isNewOwner ?? false,
        reason: required(reason),
      });
      return { ...(formerUserId === null ? {} : { formerUserId }), foundIn, restarted, busy };
    },
    unassign: async ({ phoneNumber, reason }) => {
      const { formerUserId } = await call<{ formerUserId: string | null }>(
        "POST",
        "/ops/unassign",
        { phoneNumber, reason: required(reason) },
      );
      return formerUserId === null ? undefined : { formerUserId };
    },
  };
}

/** For what no JSON door does; the commands refuse it before they come here. */
function onTheDatabase(): never {
  throw new UsageError("This works on the database alone: without --url.");
}

/** @throws UsageError */
function required(reason: string | undefined): string {
  if (reason?.trim()) return reason;
  throw new UsageError("--reason is missing: a running service asks for it with every change.");
}

function listed({ since, ...exact }: IntegrationFilter, limit: number | undefined) {
  return {
    ...exact,
    ...(since ? { since: since.toISOString() } : {}),
    ...(limit === undefined ? {} : { limit: String(limit) }),
  };
}

function query(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

/** The token goes to the one origin that was named: a redirect is an error. */
async function exchange<T>(
  { origin, token }: ServiceAddress,
  method: string,
  path: string,
  body: object | undefined,
): Promise<T> {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: "application/json",
      ...(body ? { "Content-Type": "application/json" } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new Error(`${origin} cannot be reached: ${reasonOf(cause)}`, { cause });
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  if (response.ok && type.startsWith("application/json")) return parsed(text) as T;
  if (type.startsWith("application/problem+json")) throw errorOf(parsed(text) as ProblemBody);
  throw new Error(`${origin} answered ${response.status}, but not as this service does.`);
}

function parsed(text: string): unknown {
  return JSON.parse(text, (name, value: unknown) =>
    typeof value === "string" && TIMES.has(name) ? new Date(value) : value,
  );
}

function errorOf({ code, detail, action, issues = [], instance }: ProblemBody): Error {
  const unknownOwner = issues.find((issue) => issue.code === "unknown_owner");
  if (unknownOwner) return new UnknownOwnerError(unknownOwner.message);
  const wrong = issues.map(({ path, message }) => ` ${path}: ${message}.`).join("");
  return new Error(`${code}: ${detail} ${action}${wrong} (request ${instance})`);
}

function reasonOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
