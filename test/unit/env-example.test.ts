import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "dotenv";
import { CONFIG_VARIABLES, ConfigError, parseConfig } from "../../src/config/config.ts";

const EXAMPLE = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
const UNCOMMENTED = EXAMPLE.replaceAll(/^# ([A-Z][A-Z0-9_]*=)/gm, "$1");

const FILLED_IN = {
  AUTH_JWT_SECRET: "0123456789abcdef0123456789abcdef",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token",
  FACEBOOK_BUSINESS_ID: "1000000000001",
  META_APP_ID: "1000000000002",
  META_CONFIG_ID: "1000000000003",
};

describe(".env.example", () => {
  test("has every variable of the schema once, in the same order, and no other", () => {
    const names = [...EXAMPLE.matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name);

    expect(names).toEqual(CONFIG_VARIABLES);
  });

  test("shows the defaults: with all lines in force the configuration is the same", () => {
    const everyLine = { ...parse(UNCOMMENTED), ...FILLED_IN };

    expect(parseConfig(everyLine)).toEqual(parseConfig(FILLED_IN));
  });

  test("shows no value in quotes, which Docker would keep, and none that dotenv reads otherwise", () => {
    const asDocker = [...UNCOMMENTED.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)];
    const shown = EXAMPLE.match(/example (\{.*\})$/m)?.[1] ?? "";

    expect(Object.fromEntries(asDocker.map(([, name, value]) => [name, value]))).toEqual(
      parse(UNCOMMENTED),
    );
    expect(EXAMPLE).not.toMatch(/=["'`]|["'`]\{/);
    expect(parse(`META_SIGNUP_EXTRAS=${shown}`)).toEqual({ META_SIGNUP_EXTRAS: shown });
    expect(
      parseConfig({ ...FILLED_IN, META_SIGNUP_EXTRAS: shown }).meta.signupExtras,
    ).toMatchObject({ setup: { business: {} } });
  });

  test("leaves open exactly what has to be filled in, and two that production needs", () => {
    const open = Object.keys(parse(EXAMPLE));

    expect(open.toSorted()).toEqual(
      [...Object.keys(FILLED_IN), "META_APP_SECRET", "TWILIO_PARTNER_SOLUTION_ID"].toSorted(),
    );
  });

  test("stops the start as long as nothing is filled in, and names all of it", () => {
    let caught: unknown;
    try {
      parseConfig(parse(EXAMPLE));
    } catch (error) {
      caught = error;
    }

    expect(caught).toBeInstanceOf(ConfigError);
    expect((caught as ConfigError).problems.map(({ variable }) => variable).toSorted()).toEqual(
      Object.keys(FILLED_IN).toSorted(),
    );
  });
});
