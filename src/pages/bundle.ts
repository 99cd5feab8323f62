import { readFileSync } from "node:fs";

const IMPORT = /^import [^;]*?from "\.\/(.*)";\n/gm;
const EXPORT = /^export (?=(?:async )?(?:class|const|function) (\w+))/gm;

/**
 * A browser module with all that it imports as one script, since every request of its own costs a
 * phone time and headers. The modules share one scope then: a name that two of them give is a
 * syntax error at once.
 * @param entry file name in `directory`
 * @param exported what keeps its `export`
 */
export function bundle(directory: URL, entry: string, exported: readonly string[] = []): string {
  return modulesFrom(directory, entry)
    .map((source) =>
      source
        .replace(IMPORT, "")
        .replace(EXPORT, (keyword, name: string) => (exported.includes(name) ? keyword : "")),
    )
    .join("\n");
}

/** Sources in the order in which they need one another; `seen` are those that are there already. */
function modulesFrom(directory: URL, name: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const source = readFileSync(new URL(name, directory), "utf8");
  const imported = [...source.matchAll(IMPORT)].map(([, other = ""]) => other);
  return [...imported.flatMap((other) => modulesFrom(directory, other, seen)), source];
}
