import { describe, expect, test } from "@jest/globals";
import { graphFinding, mongodbFinding, nodeFinding } from "../../../src/doctor/lifetimes.ts";

const NOW = new Date("2026-11-27T12:00:00Z");
const LAST_DAY = new Date("2027-04-30T23:59:00Z");

describe("the life of", () => {
  test.each([
    ["v18.20.0", NOW, "fail"],
    ["v20.20.2", NOW, "warn"],
    ["v23.1.0", NOW, "warn"],
    ["v22.11.0", NOW, "ok"],
    ["v22.11.0", LAST_DAY, "warn"],
    ["v22.11.0", new Date("2027-05-01T00:00:00Z"), "warn"],
    ["v24.11.0", NOW, "ok"],
    ["v99.0.0", NOW, "ok"],
  ])("Node %s at %j: %s", (version, now, outcome) => {
    expect(nodeFinding(version, now)).toMatchObject({
      outcome,
      message: expect.stringContaining(version),
    });
  });

  test.each([
    ["v3.2", "fail"],
    ["v20.0", "fail"],
    ["v21.0", "warn"],
    ["v22.0", "ok"],
    ["v25.0", "ok"],
    ["v26.0", "ok"],
  ])("Meta's Graph API %s: %s", (version, outcome) => {
    const finding = graphFinding(version, NOW);
    expect(finding).toMatchObject({ outcome, message: expect.stringContaining(version) });
    expect(finding.message.includes("META_GRAPH_VERSION")).toBe(outcome !== "ok");
  });

  test.each([
    ["3.6.23", "fail"],
    ["4.0.28", "fail"],
    ["4.2.0", "warn"],
    ["6.0.20", "warn"],
    ["7.0.14", "ok"],
    ["8.0.4", "ok"],
    ["9.0.0", "ok"],
  ])("MongoDB %s: %s", (version, outcome) => {
    expect(mongodbFinding(version, NOW)).toMatchObject({ outcome });
  });
});
