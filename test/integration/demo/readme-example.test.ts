import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startTestService, TEST_SECRET, type TestService } from "../../support/service.ts";

// In the tree, so that its imports are found.
const DIRECTORY = new URL("../../../.data/", import.meta.url);
const EXAMPLE = new URL(`readme-example-${process.pid}.mjs`, DIRECTORY);

interface Example {
  signupUrlFor(customer: { id: string; name: string }): Promise<string>;
}

describe("README's example of a backend", () => {
  let service: TestService;
  let example: Example;
  beforeAll(async () => {
    service = await startTestService();
    process.env.AUTH_JWT_SECRET = TEST_SECRET;
    process.env.WHATSAPP_SERVICE_URL = service.url;
    const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
    const [, code = ""] = /^```js\n(import \{ SignJWT \}.*?)^```$/ms.exec(readme) ?? [];
    await mkdir(DIRECTORY, { recursive: true });
    const client = "../clients/typescript/connect-whatsapp.ts";
    await writeFile(EXAMPLE, code.replace('"./connect-whatsapp.ts"', JSON.stringify(client)));
    example = (await import(EXAMPLE.href)) as Example;
  });
  afterAll(async () => {
    await rm(EXAMPLE, { force: true });
    await service.close();
  });

  test("gets a link to a page that names the customer", async () => {
    const signupUrl = await example.signupUrlFor({ id: "user-1", name: "Panadería Sol" });

    expect(new URL(signupUrl).origin).toBe(service.url);
    expect(await (await fetch(signupUrl)).text()).toContain("Panadería Sol");
  });

  test("throws the service's own words where it is refused", async () => {
    await expect(example.signupUrlFor({ id: "user-1", name: "" })).rejects.toThrow(/\w/);
  });
});
