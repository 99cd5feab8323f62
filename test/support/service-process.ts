import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** The service as a process of its own, which can be killed and frozen at any moment. */
export class ServiceProcess {
  readonly #env: Record<string, string>;
  readonly lines: string[] = [];
  #child: ChildProcess | undefined;

  constructor(env: Record<string, string>) {
    this.#env = env;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#env.PORT}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** How the process ends by itself: its exit code, null where a signal ended it. */
  async ended(): Promise<number | null> {
    const child = this.#child;
    if (!child) throw new Error("it was not started");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    return child.exitCode;
  }

  /** Resolves when it listens. @throws when it ends before that */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", "src/server.ts"], {
      env: { PATH: process.env.PATH ?? "", ...this.#env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    const started = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.lines.push(line);
        if (line.includes('"service_started"')) resolve();
      });
      child.once("exit", (code) => reject(new Error(`ended with ${code}: ${this.lines.at(-1)}`)));
    });
    await started;
  }

  /** kill -9: nothing is written, closed or said. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** SIGTERM, as Railway sends it. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  /** Stands still for a while, its connections open. */
  async freeze(ms: number): Promise<void> {
    const child = this.#child;
    child?.kill("SIGSTOP");
    await sleep(ms);
    child?.kill("SIGCONT");
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    child.kill("SIGCONT");
    await ended;
  }
}
