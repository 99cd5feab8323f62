import mongoose, { type Connection } from "mongoose";
import type { Clock } from "../clock.ts";
import { configWarnings, type Config } from "../config/config.ts";
import { examineIndexes, type IndexedModel } from "../database/indexes.ts";
import type { OlderDocuments } from "../integrations/older-documents.ts";
import type { RateLimitModel } from "../limits/shared-counter.ts";
import type { Quotas } from "../limits/quotas.ts";
import { randomToken } from "../tokens.ts";
import { fail, ok, orOk, warn, type Check, type CheckContext, type Finding } from "./check.ts";
import { mongodbFinding } from "./lifetimes.ts";
import { quotaFindings } from "./quota-findings.ts";

const QUERY_LIMIT_MS = 5_000;
const CLOCK_WARNED_MS = 5_000;
const CLOCK_FAILED_MS = 60_000;
/** A process that dies between writing and deleting leaves it for so long. */
const WRITTEN_KEPT_MS = 60_000;

export interface DatabaseDeps {
  connection: Connection;
  indexed: readonly IndexedModel[];
  older: OlderDocuments;
  rateLimits: RateLimitModel;
  quotas: Quotas;
  clock: Clock;
}

/** What the database tells of itself and of what is in it. */
export function databaseChecks(config: Config, deps: DatabaseDeps): Check[] {
  const check = (name: string, run: () => Finding[] | Promise<Finding[]>): Check => ({
    name,
    run: (context) => (isAway(deps, context) ? [AWAY] : run()),
  });
  return [
    { name: "mongodb", run: async (context) => [await reached(deps, context)] },
    check("mongodb topology", async () => [topology(await hello(deps), config.production)]),
    check("mongodb clock", async () => [await clocks(deps)]),
    check("mongodb tls", () => [transport(deps)]),
    check("mongodb name", () =>
      orOk(
        configWarnings(config)
          .filter(({ code }) => code === "mongodb_database_missing")
          .map(({ message }) => warn(message)),
        deps.connection.name,
      ),
    ),
    check("mongodb write and read", async () => [await writeAndRead(deps)]),
    check("mongodb indexes", () => indexes(deps)),
    check("documents of others", () => others(deps)),
    check("quotas", () => quotaFindings(deps.quotas)),
  ];
}

const AWAY = fail("Not checked, since MongoDB does not answer.");

function isAway({ connection }: DatabaseDeps, { databaseFailure }: CheckContext): boolean {
  return (
    databaseFailure !== undefined || connection.readyState !== mongoose.ConnectionStates.connected
  );
}

async function reached(deps: DatabaseDeps, context: CheckContext): Promise<Finding> {
  const remedy = "Look at MONGODB_URI, at the server and at who may connect to it.";
  if (isAway(deps, context)) {
    return fail(
      `MongoDB does not answer: ${context.databaseFailure ?? "no connection"}. ${remedy}`,
    );
  }
  const { version } = await command(deps, { buildInfo: 1 });
  return mongodbFinding(String(version), deps.clock.now());
}

/** @throws what the driver throws */
async function command({ connection }: DatabaseDeps, asked: Record<string, unknown>) {
  const answer = await connection.db?.command(asked, { timeoutMS: QUERY_LIMIT_MS });
  return (answer ?? {}) as Record<string, unknown>;
}

const hello = (deps: DatabaseDeps) => command(deps, { hello: 1 });

function topology(said: Record<string, unknown>, production: boolean): Finding {
  if (said["msg"] === "isdbgrid") return ok("A sharded cluster");
  const { setName } = said;
  if (typeof setName === "string") return ok(`Replica set ${setName}`);
  return production
    ? warn("A single server: what it loses is lost. Run a replica set, or make backups often.")
    : ok("A single server");
}

/** Half of the round trip is taken for the way back. */
async function clocks(deps: DatabaseDeps): Promise<Finding> {
  const started = deps.clock.monotonicMs();
  const { localTime } = await hello(deps);
  const wayBackMs = (deps.clock.monotonicMs() - started) / 2;
  if (!(localTime instanceof Date)) return ok("The server does not tell its time");
  const offMs = Math.abs(deps.clock.now().getTime() - wayBackMs - localTime.getTime());
  const said = `The clocks of this process and of MongoDB are ${Math.round(offMs / 100) / 10} s apart`;
  if (offMs < CLOCK_WARNED_MS) return ok(said);
  const told = `${said}: waits and the expiry of tokens and links are wrong by as much. Let both keep time by NTP.`;
  return offMs < CLOCK_FAILED_MS ? warn(told) : fail(told);
}

/** A database within reach of nobody else needs none. */
function transport({ connection }: DatabaseDeps): Finding {
  const { tls, hosts } = connection.getClient().options;
  if (tls) return ok("Encrypted");
  const open = hosts.map(({ host = "" }) => host).filter((host) => !isPrivate(host));
  return open.length === 0
    ? ok("Not encrypted, within a private network")
    : warn(
        `What goes to MongoDB at ${open.join(", ")} is not encrypted. Add tls=true to MONGODB_URI, or use a private network.`,
      );
}

/** Loopback, private addresses, names without a dot and those of a platform's inner network. */
export function isPrivate(host: string): boolean {
  return (
    !/[.:]/.test(host) ||
    /\.(internal|local|localhost|svc)$/.test(host) ||
    /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:)/i.test(host)
  );
}

/** A counter of nobody, which is taken away again. */
async function writeAndRead({ rateLimits, clock }: DatabaseDeps): Promise<Finding> {
  const _id = `doctor:${randomToken()}`;
  const endsAt = new Date(clock.now().getTime() + WRITTEN_KEPT_MS);
  try {
    await rateLimits.collection.insertOne({ _id: _id as never, count: 0, endsAt });
    const read = await rateLimits.findById(_id).lean();
    return read
      ? ok("Both work")
      : fail("What was written cannot be read. Let reads go to the primary.");
  } catch (error) {
    const code =
      error instanceof Error && "codeName" in error ? ` (${String(error.codeName)})` : "";
    return fail(
      `MongoDB refuses to write or read${code}. Give the user of MONGODB_URI the role readWrite.`,
    );
  } finally {
    await rateLimits.deleteOne({ _id }).catch(() => undefined);
  }
}

async function indexes({ indexed }: DatabaseDeps): Promise<Finding[]> {
  const found = await examineIndexes(indexed);
  return orOk(
    found.map(({ collection, index, kind }) =>
      kind === "missing"
        ? fail(
            `The collection ${collection} lacks the index ${index}. Start the service: it makes it, or says why not.`,
          )
        : warn(
            `The unique index ${index} of the collection ${collection} is not this service's and may refuse its documents. Drop it, or limit it to other documents by a partialFilterExpression.`,
          ),
    ),
    "All are there",
  );
}

async function others({ older }: DatabaseDeps): Promise<Finding[]> {
  const count = await older.count();
  return [
    count === 0
      ? ok("None of this provider")
      : warn(
          `${count} documents of this provider in the collection integrations were not written by this service and are not shown. Look whether an earlier service left them.`,
        ),
  ];
}
