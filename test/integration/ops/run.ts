import { runOps } from "../../../src/ops/run.ts";
import type { LogLine, TestService } from "../../support/service.ts";

/** Runs one of the operator's commands beside a running service, with its configuration. */
export async function ops(service: TestService, ...typed: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runOps(typed, service.env, {
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
