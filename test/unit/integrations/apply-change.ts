import { isDeepStrictEqual } from "node:util";
import type { IntegrationChange } from "../../../src/integrations/change.ts";
import type { Integration } from "../../../src/integrations/integration.ts";

type Part = Record<string, unknown>;

const isPart = (value: unknown): value is Part =>
  typeof value === "object" && value !== null && value.constructor === Object;

function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (!isPart(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as T;
}

/** The part that holds the last name of a path, made where it is missing. */
function holderOf(root: Part, path: string): [Part, string] {
  const names = path.split(".");
  const last = names.pop() ?? "";
  let part = root;
  for (const name of names) {
    part[name] ??= {};
    part = part[name] as Part;
  }
  return [part, last];
}

function listIn(root: Part, path: string): unknown[] {
  const [part, name] = holderOf(root, path);
  part[name] ??= [];
  return part[name] as unknown[];
}

const eachOf = (value: unknown) =>
  isPart(value) && "$each" in value ? (value.$each as unknown[]) : [value];

/** What MongoDB makes of an integration by such a change; `$currentDate` is `now`. */
export function applied(
  integration: Integration,
  change: IntegrationChange,
  now: Date,
): Integration {
  const root = copyOf(integration) as unknown as Part;
  const { $set = {}, $unset = {}, $inc = {}, $currentDate = {} } = change;
  requireOneEach([$set, $unset, $inc, $currentDate]);
  for (const [path, value] of Object.entries($set)) {
    const [part, name] = holderOf(root, path);
    part[name] = copyOf(value as unknown);
  }
  for (const path of Object.keys($currentDate)) {
    const [part, name] = holderOf(root, path);
    part[name] = now;
  }
  for (const [path, by] of Object.entries($inc)) {
    const [part, name] = holderOf(root, path);
    part[name] = ((part[name] as number | undefined) ?? 0) + by;
  }
  for (const path of Object.keys($unset)) {
    const [part, name] = holderOf(root, path);
    delete part[name];
  }
  applyToLists(root, change);
  return root as unknown as Integration;
}

function applyToLists(root: Part, { $push = {}, $addToSet = {}, $pull = {} }: IntegrationChange) {
  for (const [path, { $each, $slice }] of Object.entries($push)) {
    const list = listIn(root, path);
    list.push(...$each);
    if ($slice !== undefined) list.splice(0, Math.max(0, list.length + $slice));
  }
  for (const [path, value] of Object.entries($addToSet)) {
    const list = listIn(root, path);
    for (const one of eachOf(value)) {
      if (!list.some((known) => isDeepStrictEqual(known, one))) list.push(one);
    }
  }
  for (const [path, fields] of Object.entries($pull)) {
    const list = listIn(root, path) as Part[];
    const kept = list.filter(
      (one) => !Object.entries(fields).every(([name, value]) => one[name] === value),
    );
    list.splice(0, list.length, ...kept);
  }
}

/** MongoDB refuses a change that names a place twice, or a place and something inside of it. */
function requireOneEach(operators: readonly object[]): void {
  const paths = operators.flatMap((fields) => Object.keys(fields)).toSorted();
  const clash = paths.find((path, at) => {
    const next = paths[at + 1];
    return next !== undefined && (next === path || next.startsWith(`${path}.`));
  });
  if (clash !== undefined) throw new Error(`a change names ${clash} twice`);
}
