import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { CONFIG_VARIABLES } from "../../src/config/config.ts";
import { LOG_EVENTS } from "../../src/logger.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const NOT_OURS = new Set(["node_modules", "dist", ".data", ".git", "coverage", "schema"]);
const GLOSSARY_LINES = 2;

/** All files of the repository, as paths from its root. */
function filesOf(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (NOT_OURS.has(entry.name)) return [];
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

const FILES = filesOf(".");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGES = FILES.filter((path) => path.endsWith(".md"));
const CODE = FILES.filter((path) => /^(src|test|bench|scripts)\/.*\.(ts|js|css)$/.test(path));
const CONTRACT = read("docs/contract.md");

/** A heading as the fragment of a link to it. */
function fragment(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function fragmentsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => fragment(heading));
}

/** Targets of links and pictures in a page's prose, the ones of the web left out. */
function linksIn(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```$/gms, "").replaceAll(/`[^`\n]*`/g, "");
  const inline = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
  const defined = [...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return [...inline, ...defined]
    .map(([, link = ""]) => link)
    .filter((link) => !/^(https?|mailto):/.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : join(dirname(page), path);
  if (relative(".", target).startsWith("..") || !existsSync(join(ROOT, target))) return true;
  if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return false;
  return !fragmentsOf(read(target)).includes(anchor);
}

/** `path: link` of each link or path that leads nowhere. */
function broken(paths: string[], linksOf: (text: string) => string[], from?: string): string[] {
  return paths.flatMap((path) =>
    linksOf(read(path))
      .filter((link) => isBroken(from ?? path, link))
      .map((link) => `${path}: ${link}`),
  );
}

/** Pages of docs/ that a text names by path. */
function docsPathsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w./-])docs\/[\w./-]*\w/g)].map(([path]) => path);
}

/** The numbers of the sections of a page that a text cites, as `domain.md 3.4` or `section 4`. */
function sectionsCited(text: string, page: string): string[] {
  const citations = new RegExp(
    `${page}\\.md,?(?:\\s+(?:\\*\\s+)?section)?\\s+(\\d+(?:\\.\\d+)*)`,
    "g",
  );
  return [...text.matchAll(citations)].map(([, section = ""]) => section);
}

/** The variables in the first cells of the contract's table. */
function variablesOfContract(planned: boolean): string[] {
  const rows = [...CONTRACT.matchAll(/^\| (`[A-Z][A-Z_]+`[^|]*)\|/gm)].map(([, cell = ""]) => cell);
  return rows
    .filter((cell) => cell.includes("(planned)") === planned)
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

describe("the documents", () => {
  test("link only to what is in the repository", () => {
    expect(broken(PAGES, linksIn)).toEqual([]);
  });

  test("are there wherever code names them by path", () => {
    expect(broken(CODE, docsPathsIn, "README.md")).toEqual([]);
  });

  test.each(["contract", "domain"])("have each section of %s.md that code cites", (page) => {
    const headings = [...read(`docs/${page}.md`).matchAll(/^#+ (\d+(?:\.\d+)*)/gm)];
    const sections = new Set(headings.map(([, number]) => number));
    const cited = CODE.flatMap((path) =>
      sectionsCited(read(path), page).map((section) => ({ path, section })),
    );

    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter(({ section }) => !sections.has(section))).toEqual([]);
  });

  test("name in the contract the variables that there are, and mark the planned ones", () => {
    expect(variablesOfContract(false).toSorted()).toEqual([...CONFIG_VARIABLES].toSorted());
    const known: readonly string[] = CONFIG_VARIABLES;
    expect(variablesOfContract(true).filter((name) => known.includes(name))).toEqual([]);
  });

  test("name in the contract every event of the log", () => {
    const [, section = ""] = CONTRACT.split(/^## 5\. Log events$/m);

    expect(LOG_EVENTS.filter((name) => !section.includes(`\`${name}\``))).toEqual([]);
  });

  test("explain each word of the glossary in two lines", () => {
    const [, ...entries] = read("docs/glossary.md").split(/^- (?=\*\*)/m);
    const long = entries.filter((entry) => {
      const [text = ""] = entry.split("\n\n");
      return text.trim().split("\n").length > GLOSSARY_LINES;
    });

    expect(entries.length).toBeGreaterThan(0);
    expect(long).toEqual([]);
  });
});
