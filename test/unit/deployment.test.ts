import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { isInContext } from "../../dev/image/dockerfile.ts";
import { CONFIG_VARIABLES, type ConfigError, parseConfig } from "../../src/config/config.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const DOCKERFILE = read("Dockerfile");
interface ComposeService {
  image?: string;
  user?: string;
  environment: Record<string, string>;
  depends_on?: unknown;
  healthcheck?: unknown;
  volumes?: string[];
  cap_drop: string[];
  stop_grace_period: string;
}
const COMPOSE = parse(read("docker-compose.yml")) as {
  services: Record<"service" | "mongo", ComposeService>;
};
const PINNED = /:\d+\.\d+\.\d+-[a-z]+@sha256:[0-9a-f]{64}$/;
const { deploy } = JSON.parse(read("railway.json")) as {
  deploy: { healthcheckPath: string; drainingSeconds: number };
};
/** The notice, open requests, work under way and the database: what an orderly end takes at most. */
const TIMES = /(?:SIGTERM:|(?:DRAIN|WORK|CLOSE)_MS =) ([\d_]+)/g;
const ORDERLY_END_SECONDS =
  [...`${read("src/server.ts")}${read("src/service.ts")}`.matchAll(TIMES)]
    .map(([, ms = ""]) => Number(ms.replaceAll("_", "")))
    .reduce((sum, ms) => sum + ms) / 1000;

/** What the start says is missing. */
function missingOf(env: Record<string, string>): string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map(({ variable }) => variable);
  }
}

describe("the image", () => {
  test("comes from one base, pinned by its digest, which Dependabot moves", () => {
    const images = [...DOCKERFILE.matchAll(/^FROM (\S+)/gm)].map(([, image = ""]) => image);
    const [base = "", ...others] = images;

    expect(base).toMatch(PINNED);
    expect(new Set(others)).toEqual(new Set(["node"]));
    expect(read(".github/dependabot.yml")).toContain("package-ecosystem: docker\n");
  });

  test("is run by somebody who is not root, without npm, and says whether it is healthy", () => {
    const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf("\nFROM "));

    expect(last).toMatch(/^USER 1000$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).toMatch(/^CMD \["node", "dist\/server.js"\]$/m);
  });

  test.each([".env", ".data", ".git", "node_modules", "docs", "test"])("leaves %s out", (path) => {
    expect(isInContext(read(".dockerignore"), path)).toBe(false);
  });

  test("is tried out step by step before a change is taken over", () => {
    expect(read(".ci/run")).toContain("npm run image\n");
    expect(read(".github/workflows/test.yml")).toContain("run: npm run image\n");
  });
});

describe("docker-compose.yml", () => {
  const { service, mongo } = COMPOSE.services;

  test("names every variable that the start wants in production, and only variables there are", () => {
    const wanted = missingOf({ NODE_ENV: "production" });
    const known: readonly string[] = CONFIG_VARIABLES;
    const named = Object.keys(service.environment);

    expect(wanted.length).toBeGreaterThan(5);
    expect(wanted.filter((name) => !named.includes(name))).toEqual([]);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  test("pins MongoDB, keeps its data, and waits until it takes writes", () => {
    expect(mongo.image).toMatch(PINNED);
    expect(mongo).toMatchObject({ user: "mongodb", volumes: ["mongo:/data/db"] });
    expect(JSON.stringify(mongo.healthcheck)).toContain("isWritablePrimary");
    expect(service.depends_on).toEqual({ mongo: { condition: "service_healthy" } });
  });

  test("holds no secret, and takes none of root's powers", () => {
    const secrets = Object.entries(service.environment).filter(([name]) =>
      /SECRET|TOKEN|MONGODB_URI/.test(name),
    );

    expect(secrets.filter(([, value]) => !value.includes("${"))).toEqual([]);
    for (const { cap_drop } of Object.values(COMPOSE.services)) expect(cap_drop).toEqual(["ALL"]);
  });
});

test.each([
  ["railway.json", deploy.drainingSeconds],
  ["docker-compose.yml", Number.parseInt(COMPOSE.services.service.stop_grace_period)],
])("%s gives the service the time for an orderly end", (_file, seconds) => {
  expect(ORDERLY_END_SECONDS).toBe(28);
  expect(seconds).toBeGreaterThan(ORDERLY_END_SECONDS);
});
