import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { runSteps } from "../../../dev/image/stages.ts";

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "image-steps-"));
  for (const folder of ["context/src", "into"]) mkdirSync(join(work, folder), { recursive: true });
  writeFileSync(join(work, "context/src/a.txt"), "a");
  writeFileSync(join(work, "context/.env"), "SECRET=1");
});
afterEach(() => rmSync(work, { recursive: true }));

const build = (...lines: string[]) =>
  runSteps({
    context: join(work, "context"),
    dockerfile: lines.join("\n"),
    dockerignore: "*\n!src\n",
    into: join(work, "into"),
    args: { GIT_COMMIT: "abc" },
    env: { PATH: process.env["PATH"] },
    tell: () => undefined,
  });
const inImage = (root: string, path: string) => readFileSync(join(root, path), "utf8");

describe("the steps of a Dockerfile", () => {
  test("run in their order, each stage in its own folder, and the last one is the image", () => {
    const image = build(
      "FROM node:24 AS base",
      "WORKDIR /app",
      "FROM base AS made",
      "# a comment",
      "COPY src src",
      'RUN cp src/a.txt b.txt \\\n  && printf "%s" more >> b.txt',
      "FROM base",
      "ENV NODE_ENV=production",
      "ARG GIT_COMMIT",
      "ENV COMMIT=$GIT_COMMIT",
      "COPY --from=made /app/b.txt of/",
      "USER node",
      'HEALTHCHECK --interval=10s CMD ["node", "-v"]',
      'CMD ["node", "of/b.txt"]',
    );

    expect(inImage(image.root, "app/of/b.txt")).toBe("amore");
    expect(() => inImage(image.root, "app/src/a.txt")).toThrow("ENOENT");
    expect(image).toMatchObject({
      workdir: "/app",
      user: "node",
      command: ["node", "of/b.txt"],
      healthcheck: ["node", "-v"],
      env: { NODE_ENV: "production", COMMIT: "abc" },
    });
  });

  test.each([
    ["a file that .dockerignore keeps out", ["COPY .env ./"], ".dockerignore keeps it out"],
    ["a file that is not there", ["COPY src/none ./"], "ENOENT"],
    ["a stage that there is not", ["COPY --from=other /a b"], "no such stage"],
    ["a step that fails", ["RUN exit 3"], "ended with 3"],
    ["a CMD behind a shell", ["CMD node a.js"], "JSON list"],
    ["an instruction that nobody taught it", ["ADD a b"], "does not know ADD"],
  ])("stop at %s", (_what, lines, reason) => {
    expect(() => build("FROM node:24", ...lines)).toThrow(reason);
  });
});
