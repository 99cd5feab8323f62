import { z } from "zod";
import { buildConfig, type Config } from "./build.ts";
import { RULES, type Rule } from "./rules.ts";
import { CONFIG_VARIABLES, variables, type VariableName } from "./schema.ts";

export type { Config } from "./build.ts";
export { CONFIG_VARIABLES } from "./schema.ts";
export { configWarnings, type ConfigWarning, type ConfigWarningCode } from "./warnings.ts";

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

/** Set by the platform or the build, not by an operator. */
const PLATFORM = z.object({
  RAILWAY_ENVIRONMENT: z.string().optional(),
  RAILWAY_GIT_COMMIT_SHA: z.string().optional(),
  GIT_COMMIT: z.string().optional(),
});

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
  const given = readVariables(env);
  const quoted = CONFIG_VARIABLES.filter((name) => inQuotes(given[name] ?? "") !== undefined);
  const bare = quoted.map((name) => [name, inQuotes(given[name] ?? "")] as const);
  const result = environment.safeParse(withoutEmpty({ ...given, ...Object.fromEntries(bare) }));
  if (result.success && quoted.length === 0) return buildConfig(result.data);
  throw new ConfigError(toProblems(result.error?.issues ?? [], quoted));
}

function readVariables(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  const names: readonly string[] = [...CONFIG_VARIABLES, ...PLATFORM.keyof().options];
  return Object.fromEntries(names.map((name) => [name, tidy(name, env[name] ?? "")]));
}

function withoutEmpty(values: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Spaces, and what copying brings along unseen, at either end. */
const EDGES = /^[\s\p{Format}\p{Control}]+|[\s\p{Format}\p{Control}]+$/gu;

function tidy(name: string, value: string): string {
  const trimmed = value.replace(EDGES, "");
  // The issuer of the tokens signs with every byte of the shared secret, spaces included.
  return name.startsWith("AUTH_JWT_SECRET") && trimmed !== "" ? value : trimmed;
}

/** One pair around the whole, perhaps with a comment behind it, which Docker keeps as well. */
const QUOTED = /^\s*(?:(["'`])(.*)\1|[“„](.*)[”“]|[‘‚](.*)[’‘]|«(.*)»)\s*(?:#.*)?$/s;

/** What stands between quotes; undefined for a value that is in none. */
function inQuotes(value: string): string | undefined {
  const [, , plain, double, single, angular] = QUOTED.exec(value) ?? [];
  return plain ?? double ?? single ?? angular;
}

function canJudge(rule: Rule, issues: readonly z.core.$ZodRawIssue[]): boolean {
  return !issues.some(({ path }) => rule.reads.some((name) => name === path?.[0]));
}

const IN_QUOTES =
  "is in quotes, which Docker's --env-file and some platforms keep as a part of the value. Write the value without them.";

/** Of a value in quotes, what is between them may be good or not: the quotes go first. */
function toProblems(
  issues: readonly z.core.$ZodIssue[],
  quoted: readonly VariableName[],
): ConfigProblem[] {
  return CONFIG_VARIABLES.flatMap((variable) =>
    quoted.includes(variable)
      ? [{ variable, problem: IN_QUOTES }]
      : issues
          .filter(({ path }) => path[0] === variable)
          .map(({ message }) => ({ variable, problem: message })),
  );
}
