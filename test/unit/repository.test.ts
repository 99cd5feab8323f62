import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const WORKFLOW = read(".github/workflows/test.yml");
const { engines, scripts } = JSON.parse(read("package.json")) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

describe("what surrounds the code", () => {
  test("names each action of the workflow by its whole commit", () => {
    const actions = [...WORKFLOW.matchAll(/uses: (.*)/g)].map(([, action]) => action);

    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/@[0-9a-f]{40} # v\d/.test(action ?? ""))).toEqual([]);
  });

  test("builds the image on the Node of .nvmrc, which the workflow tests", () => {
    const node = read(".nvmrc").trim();
    const [, tested = ""] = /^ +node: \[(.*)\]$/m.exec(WORKFLOW) ?? [];
    const [, image] = /^FROM node:(\d+)\.\d+\.\d+-slim@/m.exec(read("Dockerfile")) ?? [];

    expect(image).toBe(node);
    expect(tested.split(", ")).toContain(node);
    expect(engines.node).toBe(">=20.19.0");
  });

  test("lets workflow, contributors and a change's author run only scripts that there are", () => {
    const texts = [WORKFLOW, read("CONTRIBUTING.md"), read(".github/pull_request_template.md")];
    const named = [...texts.join("\n").matchAll(/npm (?:run ([\w:]+)|(test|start))\b/g)].map(
      ([, run, short]) => run ?? short ?? "",
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
