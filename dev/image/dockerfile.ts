/** One instruction of a Dockerfile, with what follows its name as one line. */
export interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Dockerfile in their order. Comments go, continued lines become one. */
export function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const [, name = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
    return { name: name.toUpperCase(), rest };
  });
}

/** The list of words of an instruction in its JSON form. @throws where it is written otherwise */
export function wordsOf({ name, rest }: Instruction): string[] {
  try {
    return JSON.parse(rest) as string[];
  } catch (cause) {
    throw new Error(`${name} has to be a JSON list, or a shell stands before it: ${rest}`, {
      cause,
    });
  }
}

/**
 * Whether a .dockerignore lets a path through. Only the form that this repository uses is known:
 * everything is kept out, and then single paths are let in.
 */
export function isInContext(dockerignore: string, path: string): boolean {
  const [first, ...others] = dockerignore.split("\n").filter((line) => line.trim() !== "");
  if (first !== "*" || !others.every((line) => line.startsWith("!"))) {
    throw new Error('.dockerignore has to be "*" and lines that begin with "!".');
  }
  return others.some((line) => path === line.slice(1) || path.startsWith(`${line.slice(1)}/`));
}
