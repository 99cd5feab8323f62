import { runOps } from "../../../src/ops/run.ts";
import type { LogLine, TestService } from "../../support/service.ts";

/** Runs one of the operator's commands beside a running service, with its configuration. */
export function ops(service: TestService, ...typed: string[]) {
  return opsWith(service.env, ...typed);
}

/** The same in another environment. */
export async function opsWith(env: Record<string, string>, ...typed: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runOps(typed, env, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  const written = err.join("").split("\n");
  const isLog = (line: string) => line.startsWith("{");
  return {
    code,
    out: out.join(""),
    /** What the operator reads beside the result. */
    warnings: written.filter((line) => line !== "" && !isLog(line)),
    log: written.filter(isLog).map((line) => JSON.parse(line) as LogLine),
    logText: written.filter(isLog).join("\n"),
  };
}
