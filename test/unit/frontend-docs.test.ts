import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const document = read("docs/frontend.md");
const button = ["element.ts", "style.ts"].map((name) => read(`src/web/button/${name}`));

function namesIn(pattern: RegExp): string[] {
  return [...button.join("\n").matchAll(pattern)].map(([, name = ""]) => name);
}

describe("docs/frontend.md", () => {
  const examples = readdirSync(new URL("../../docs/examples", import.meta.url));

  test.each(examples.filter((name) => name !== "tsconfig.json"))(
    "shows %s as the tests run it, or the compiler checks it",
    (name) => {
      const language = name.split(".").pop();
      expect(document).toContain(`\`\`\`${language}\n${read(`docs/examples/${name}`)}\`\`\``);
    },
  );

  test("names every attribute, variable and part of the button", () => {
    const attributes = namesIn(/[gs]etAttribute\("((?!aria|role)[\w-]+)"/g);
    const variables = namesIn(/var\((--[\w-]+)/g);
    const parts = namesIn(/part\.add\("(\w+)"\)/g).map((name) => `::part(${name})`);

    expect(attributes.length * variables.length * parts.length).toBeGreaterThan(0);
    for (const name of [...attributes, ...variables, ...parts]) {
      expect(document).toContain(`\`${name}\``);
    }
  });
});
