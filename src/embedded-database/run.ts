import { execFile } from "node:child_process";

const OUTPUT_TAIL_CHARS = 2_000;

/** How a command ended. `output` is the end of stdout and stderr. */
export interface RunResult {
  ok: boolean;
  stdout: string;
  output: string;
}

/** Limits of a command. */
export interface RunOptions {
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** Ends the command when it writes nothing to stdout for so long. */
  silenceMs?: number;
  onStdout?: (text: string) => void;
  /** Ends the command. */
  signal?: AbortSignal | undefined;
}

/** Runs a command to its end. Never rejects: a command that is missing or late is not ok. */
export async function run(
  command: string,
  args: string[],
  options: RunOptions,
): Promise<RunResult> {
  const limits = {
    env: options.env,
    timeout: options.timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: 16 * 1024 * 1024,
    ...(options.signal ? { signal: options.signal } : {}),
  } as const;
  return new Promise((resolve) => {
    const child = execFile(command, args, limits, (error, stdout, stderr) => {
      clearTimeout(silence);
      const output = `${stdout}${stderr}`.trim() || (error?.message ?? "");
      resolve({ ok: error === null, stdout, output: output.slice(-OUTPUT_TAIL_CHARS) });
    });
    const silence = setTimeout(() => child.kill("SIGKILL"), options.silenceMs ?? options.timeoutMs);
    child.stdout?.on("data", (text: string) => {
      silence.refresh();
      options.onStdout?.(text);
    });
  });
}
