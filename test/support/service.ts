import { SignJWT } from "jose";
import supertest from "supertest";
import type { Clock } from "../../src/clock.ts";
import { parseConfig } from "../../src/config/config.ts";
import type { ServerLimits } from "../../src/http/http-server.ts";
import { freePort } from "../../src/embedded-database/free-port.ts";
import { createLogger } from "../../src/logger.ts";
import { startService } from "../../src/service.ts";
import { startSimulator, type Simulator } from "../../dev/simulator/simulator.ts";
import { watchAnswers } from "./described-answers.ts";
import { dumpText } from "./dump.ts";
import { Leaks } from "./leaks.ts";
import { openTestDatabase, type TestDatabase } from "./database.ts";
import { Visitor } from "./visitor.ts";

export { freePort };

export const TEST_SECRET = "a-test-secret-of-more-than-32-bytes-0123456789";
export const PARENT_SID = `AC${"0".repeat(31)}1`;
export const FRONTEND_URL = "http://localhost:4999";

/** One parsed line of the service's log. */
export type LogLine = Record<string, unknown> & { message: string; event?: string };

/** A running service with its own database and its own Twilio and Meta. */
export interface TestService {
  url: string;
  env: Record<string, string>;
  simulator: Simulator;
  database: TestDatabase;
  log: LogLine[];
  /** The raw lines, to look for what must not be in them. */
  logText: () => string;
  http: ReturnType<typeof supertest.agent>;
  /** A browser that keeps cookies, as the signup page's script uses it. */
  visitor: () => Visitor;
  /** An `Authorization` header for an owner. */
  bearer: (userId?: string, claims?: Record<string, unknown>) => Promise<string>;
  /** Stops the service and starts it anew on the same database and the same outside. */
  restart: (env?: Record<string, string>) => Promise<void>;
  stopService: () => Promise<void>;
  close: () => Promise<void>;
}

export interface TestServiceOptions {
  /** Over the defaults below; an empty string unsets a variable. */
  env?: Record<string, string>;
  clock?: Clock;
  serverLimits?: ServerLimits;
  onlineAfterMs?: number;
  strictSharing?: boolean;
  /** Asks Twilio and Meta at start, which otherwise would be calls that no test expects. */
  checkProviders?: boolean;
}

/** Times short enough for tests that wait for the real clock. */
function testEnv(port: number, simulator: Simulator, mongodbUri: string): Record<string, string> {
  return {
    NODE_ENV: "test",
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    MONGODB_URI: mongodbUri,
    FRONTEND_URL,
    AUTH_JWT_SECRET: TEST_SECRET,
    TWILIO_ACCOUNT_SID: PARENT_SID,
    TWILIO_AUTH_TOKEN: "parent-token-of-the-tests",
    TWILIO_PARTNER_SOLUTION_ID: "300000000000003",
    TWILIO_API_BASE_URL: simulator.twilioUrl,
    TWILIO_MESSAGING_BASE_URL: simulator.twilioUrl,
    META_GRAPH_BASE_URL: simulator.metaUrl,
    META_SDK_URL: `${simulator.metaUrl}/sdk.js`,
    FACEBOOK_BUSINESS_ID: "900000000000009",
    META_APP_ID: "100000000000001",
    META_CONFIG_ID: "200000000000002",
    REGISTRATION_POLL_INTERVAL_MS: "40",
    REGISTRATION_MAX_INTERVAL_MS: "400",
    REGISTRATION_SETTLE_MS: "300",
    REGISTRATION_LEASE_MS: "2000",
    TWILIO_TIMEOUT_MS: "1000",
    OFFLINE_GRACE_MS: "300",
    LOG_LEVEL: "debug",
  };
}

/** Signs a token as the SaaS's backend would. */
export async function signToken(
  claims: Record<string, unknown>,
  { secret = TEST_SECRET, expires = "5m" }: { secret?: string; expires?: string | number } = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

/** Database and simulator, for a service that runs elsewhere. */
export async function startOutside(
  options: Pick<TestServiceOptions, "onlineAfterMs" | "strictSharing"> = {},
) {
  const database = await openTestDatabase();
  const simulator = await startSimulator({
    accountSid: PARENT_SID,
    authToken: "parent-token-of-the-tests",
    appId: "100000000000001",
    appSecret: "app-secret-of-the-tests",
    configId: "200000000000002",
    partnerSolutionId: "300000000000003",
    onlineAfterMs: options.onlineAfterMs ?? 60,
    // What looks at a page between popup and callback may take longer than a customer.
    codeLifeMs: 600_000,
    ...(options.strictSharing === undefined ? {} : { strictSharing: options.strictSharing }),
  });
  return {
    database,
    simulator,
    env: (port: number) => testEnv(port, simulator, database.uri),
    close: async () => {
      await simulator.close();
      await database.close();
    },
  };
}

const SECRET_VARIABLES = [
  "AUTH_JWT_SECRET",
  "AUTH_JWT_SECRET_PREVIOUS",
  "TWILIO_AUTH_TOKEN",
  "META_APP_SECRET",
  "OPS_TOKEN",
];

/** All that this service knew and nobody else may: of its configuration, of Twilio and of Meta. */
function plantSecrets(leaks: Leaks, env: Record<string, string>, simulator: Simulator): void {
  for (const name of SECRET_VARIABLES) {
    for (const secret of (env[name] ?? "").split(/[,:]/)) {
      if (secret.length >= 12) leaks.plant(name, secret);
    }
  }
  for (const { authToken } of simulator.twilio.state().accounts) {
    leaks.plant("the token of a Twilio account", authToken);
  }
  for (const { path } of simulator.meta.requests()) {
    const { searchParams } = new URL(path, simulator.metaUrl);
    for (const name of ["code", "input_token", "access_token"]) {
      const secret = searchParams.get(name) ?? "";
      if (secret.length >= 12) leaks.plant(`Meta's ${name}`, secret);
    }
  }
}

/**
 * Starts all of it; `close` ends all of it, and throws where an answer was not as described or a secret
 * came out.
 */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const { database, simulator, env: envFor, close: closeOutside } = await startOutside(options);
  const port = await freePort();
  const env = { ...envFor(port), ...options.env };
  const lines: string[] = [];
  const logger = createLogger(env.LOG_LEVEL ?? "debug", { write: (line) => lines.push(line) });
  const start = (over: Record<string, string> = {}) =>
    startService(parseConfig({ ...env, ...over }), logger, {
      ...(options.clock ? { clock: options.clock } : {}),
      checkProviders: options.checkProviders ?? false,
      ...(options.serverLimits ? { serverLimits: options.serverLimits } : {}),
    });
  let service: Awaited<ReturnType<typeof start>> | undefined;
  try {
    service = await start();
  } catch (error) {
    await closeOutside();
    throw error;
  }
  const leaks = new Leaks();
  const endWatch = watchAnswers(port, (text) => leaks.answered(text));
  const url = `http://localhost:${port}`;
  const stopService = async () => {
    await service?.stop("test");
    service = undefined;
  };
  return {
    url,
    env,
    simulator,
    database,
    get log() {
      return lines.map((line) => JSON.parse(line) as LogLine);
    },
    logText: () => lines.join(""),
    http: supertest.agent(url),
    visitor: () => new Visitor(url),
    bearer: async (userId = "user-1", claims = {}) => {
      const token = await signToken({ sub: userId, ...claims });
      leaks.plant("a token of a caller", token);
      return `Bearer ${token}`;
    },
    restart: async (over) => {
      await stopService();
      service = await start(over);
    },
    stopService,
    close: async () => {
      await stopService();
      plantSecrets(leaks, env, simulator);
      const stored = await dumpText(database);
      await closeOutside();
      endWatch();
      leaks.search(lines.join(""), stored);
    },
  };
}
