import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { instructionsOf, isInContext, wordsOf, type Instruction } from "./dockerfile.ts";

/** What one `FROM` begins: a folder that stands for the image's root, and what it is started with. */
export interface Stage {
  readonly name: string;
  readonly root: string;
  readonly env: Record<string, string>;
  workdir: string;
  user: string;
  command: string[];
  healthcheck: string[];
}

/** What the steps run on. */
export interface Build {
  /** The repository, from which .dockerignore lets files through. */
  readonly context: string;
  readonly dockerfile: string;
  readonly dockerignore: string;
  /** An empty folder, which gets one for each stage. */
  readonly into: string;
  readonly args: Record<string, string>;
  /** Of every command that a RUN runs, below the image's own. */
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (line: string) => void;
}

/**
 * Runs the steps of a Dockerfile in their order as the engine would, each stage in a folder of its own.
 * What is under the image, Debian and Node, is this machine's.
 * @returns the last stage, which is the image
 * @throws where a step fails, a file is not in the context, or an instruction is not known here
 */
export function runSteps(build: Build): Stage {
  const stages: Stage[] = [];
  for (const instruction of instructionsOf(build.dockerfile)) {
    build.tell(`${instruction.name} ${instruction.rest}`);
    if (instruction.name === "FROM") stages.push(begin(build, instruction, stages));
    else run(build, instruction, stages);
  }
  const last = stages.at(-1);
  if (!last) throw new Error("The Dockerfile has no FROM.");
  return last;
}

function begin(build: Build, { rest }: Instruction, stages: readonly Stage[]): Stage {
  const [, image, name = String(stages.length)] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? [];
  const root = join(build.into, name);
  mkdirSync(root);
  const base = stages.find((stage) => stage.name === image);
  if (base) cpSync(base.root, root, { recursive: true });
  const bare = { env: {}, workdir: "/", user: "root", command: [], healthcheck: [] };
  return { ...bare, ...base, env: { ...base?.env }, name, root };
}

function run(build: Build, instruction: Instruction, stages: Stage[]): void {
  const stage = stages.at(-1);
  if (!stage) throw new Error(`${instruction.name} stands before FROM.`);
  const { name, rest } = instruction;
  const step = STEPS[name];
  if (!step) throw new Error(`dev/image does not know ${name} yet.`);
  step({ build, stage, stages, rest, instruction });
}

interface Step {
  readonly build: Build;
  readonly stage: Stage;
  readonly stages: readonly Stage[];
  readonly rest: string;
  readonly instruction: Instruction;
}

const STEPS: Record<string, (step: Step) => void> = {
  WORKDIR: ({ stage, rest }) => {
    stage.workdir = rest;
    mkdirSync(join(stage.root, rest), { recursive: true });
  },
  ARG: ({ build, stage, rest }) => (stage.env[rest] = build.args[rest] ?? ""),
  ENV: ({ stage, rest }) => {
    const [, key = "", value = ""] = /^(\w+)=(.*)$/.exec(rest) ?? [];
    stage.env[key] = value.replace(/^\$(\w+)$/, (_whole, arg: string) => stage.env[arg] ?? "");
  },
  RUN: ({ build, stage, rest }) => {
    const cwd = join(stage.root, stage.workdir);
    const env = { ...build.env, ...stage.env };
    const { status } = spawnSync("sh", ["-c", rest], { cwd, env, stdio: "inherit" });
    if (status !== 0) throw new Error(`RUN ${rest} ended with ${status}.`);
  },
  COPY: copy,
  USER: ({ stage, rest }) => (stage.user = rest),
  CMD: ({ stage, instruction }) => (stage.command = wordsOf(instruction)),
  HEALTHCHECK: ({ stage, rest }) => {
    stage.healthcheck = wordsOf({ name: "HEALTHCHECK", rest: rest.replace(/^.*?\sCMD\s+/, "") });
  },
  EXPOSE: () => undefined,
  STOPSIGNAL: () => undefined,
};

function copy({ build, stage, stages, rest }: Step): void {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith("--from=") ? words.shift()?.slice("--from=".length) : undefined;
  const to = words.pop() ?? "";
  const target = resolve(join(stage.root, stage.workdir), to);
  const intoFolder = to.endsWith("/") || words.length > 1;
  for (const source of words) {
    if (from === undefined && !isInContext(build.dockerignore, source)) {
      throw new Error(`COPY ${source}: .dockerignore keeps it out.`);
    }
    const other = stages.find(({ name }) => name === from);
    if (from !== undefined && !other) throw new Error(`COPY --from=${from}: no such stage.`);
    const path = join(other?.root ?? build.context, source);
    const isFile = statSync(path).isFile();
    cpSync(path, intoFolder && isFile ? join(target, basename(source)) : target, {
      recursive: true,
    });
  }
}
