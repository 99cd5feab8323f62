import { z } from "zod";
import { buildConfig } from "./config/build.ts";
import { RULES, type Rule } from "./config/rules.ts";
import { type VariableName, variables } from "./config/schema.ts";
import type { Config } from "./config/types.ts";

export * from "./config/types.ts";
export { configWarnings, type ConfigWarning } from "./config/warnings.ts";

/** The name of every variable that an operator may set, in the order of `.env.example`. */
export const CONFIG_VARIABLES: readonly VariableName[] = variables.keyof().options;

/** One thing that is wrong with the environment. */
export interface ConfigProblem {
  variable: VariableName;
  /** What is wrong and the remedy, to be read after the variable's name. */
  problem: string;
}

/** The environment cannot be used. The message names every problem and no value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, problem }) => `  ${variable} ${problem}`);
    super(`The configuration has to be corrected:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

const PLATFORM = z.object({ RAILWAY_ENVIRONMENT: z.string().optional() });

const environment = RULES.reduce(
  (schema, rule) =>
    schema.refine(rule.holds, {
      path: [rule.variable],
      error: rule.problem,
      when: ({ issues }) => canJudge(rule, issues),
    }),
  variables.extend(PLATFORM.shape),
);

/**
 * The configuration that an environment describes. Variables of other programs are ignored, an
 * empty one counts as unset.
 * @throws {ConfigError} naming every problem at once
 */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const result = environment.safeParse(readVariables(env));
  if (result.success) return buildConfig(result.data);
  throw new ConfigError(toProblems(result.error.issues));
}

function readVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const names: readonly string[] = [...CONFIG_VARIABLES, ...PLATFORM.keyof().options];
  const entries = names.map((name) => [name, tidy(name, env[name] ?? "")] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

function tidy(name: string, value: string): string {
  const trimmed = value.trim();
  // The issuer of the tokens signs with every byte of the shared secret, spaces included.
  return name === "AUTH_JWT_SECRET" && trimmed !== "" ? value : trimmed;
}

function canJudge(rule: Rule, issues: readonly z.core.$ZodRawIssue[]): boolean {
  return !issues.some(({ path }) => rule.reads.some((name) => name === path?.[0]));
}

function toProblems(issues: readonly z.core.$ZodIssue[]): ConfigProblem[] {
  return CONFIG_VARIABLES.flatMap((variable) =>
    issues
      .filter(({ path }) => path[0] === variable)
      .map(({ message }) => ({ variable, problem: message })),
  );
}
