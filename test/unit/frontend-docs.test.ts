import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { remedyOf } from "../../src/http/signup/remedy.ts";
import type { Integration } from "../../src/integrations/integration.ts";
import { CUSTOMER_PROBLEMS } from "../../src/problems/catalogue.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const document = read("docs/frontend.md");
const sending = read("docs/sending.md");
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
      const page = name === "sending.js" ? sending : document;
      expect(page).toContain(`\`\`\`${language}\n${read(`docs/examples/${name}`)}\`\`\``);
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

  test.each(["name", "connect"] as const)(
    "names the errors that %s mends, as the status page does",
    (remedy) => {
      const rows = document.split("\n").filter((line) => line.startsWith("| `error`, `"));
      const shown = rows.map((row) => (row.split("|")[1]?.match(/\w+_\w+/g) ?? []).join(" "));
      const wanted = Object.keys(CUSTOMER_PROBLEMS).filter((code) => {
        const failed = { status: "error", registration: { error: { code, actor: "customer" } } };
        return remedyOf(failed as unknown as Integration) === remedy;
      });

      expect(shown).toContain(wanted.join(" "));
    },
  );
});
