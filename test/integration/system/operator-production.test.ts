import { expect, test } from "@jest/globals";
import mongoose from "mongoose";
import { pino } from "pino";
import supertest from "supertest";
import { createApp } from "../../../src/app.ts";
import { parseConfig } from "../../../src/config/config.ts";
import { buildDeps } from "../../../src/deps.ts";

const PRODUCTION = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://api.example.com",
  MONGODB_URI: "mongodb://db.example.com/app",
  AUTH_JWT_SECRET: "0123456789abcdef0123456789abcdef-XYZ",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "token",
  FACEBOOK_BUSINESS_ID: "1000000000001",
  META_APP_ID: "1000000000002",
  META_APP_SECRET: "secret",
  META_CONFIG_ID: "1000000000003",
};

test.each(["/metrics", "/ops/doctor"])(
  "GET %s does not exist in production without OPS_TOKEN",
  async (path) => {
    const outside = { connection: mongoose.createConnection(), logger: pino({ level: "silent" }) };
    const app = createApp(buildDeps(parseConfig(PRODUCTION), outside).http);
    for (const authorization of ["", "Bearer guess"]) {
      const response = await supertest(app).get(path).set("Authorization", authorization);
      expect([response.status, response.body]).toMatchObject([404, { code: "not_found" }]);
    }
  },
);
