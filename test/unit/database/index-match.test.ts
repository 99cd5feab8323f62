import { describe, expect, test } from "@jest/globals";
import { canRefuse, serves, type ExistingIndex } from "../../../src/database/index-match.ts";
import { OURS_IN_INDEXES } from "../../../src/integrations/ours.ts";

const KEY = { userId: 1, provider: 1, externalId: 1 } as const;
const existing = (over: Partial<ExistingIndex> = {}): ExistingIndex => ({
  name: "x",
  key: KEY,
  unique: true,
  ...over,
});
const wanted = { unique: true, partialFilterExpression: { provider: "whatsapp" } };

describe("a unique index serves", () => {
  test.each<[string, boolean, Partial<ExistingIndex>]>([
    ["that is wider", true, {}],
    ["in another order and direction", true, { key: { externalId: -1, userId: 1, provider: 1 } }],
    ["with the same filter", true, { partialFilterExpression: { provider: "whatsapp" } }],
    ["with $eq", true, { partialFilterExpression: { provider: { $eq: "whatsapp" } } }],
    ["with what ours have", true, { partialFilterExpression: { externalId: { $exists: true } } }],
    ["with our own filter", true, { partialFilterExpression: { ...OURS_IN_INDEXES } }],
    ["that is sparse in all of its fields", true, { sparse: true }],
    ["of another provider", false, { partialFilterExpression: { provider: "telegram" } }],
    ["of some of ours", false, { partialFilterExpression: { status: "linked" } }],
    ["on fewer fields", false, { key: { userId: 1, provider: 1 } }],
    ["on more fields", false, { key: { ...KEY, status: 1 } }],
    ["that is none", false, { unique: false }],
    ["that is a text index", false, { key: { ...KEY, externalId: "text" } }],
    ["without regard to case", false, { collation: { locale: "en" } }],
  ])("%s: %s", (_what, expected, over) => {
    expect(serves(existing(over), [KEY, wanted], OURS_IN_INDEXES)).toBe(expected);
  });
});

describe("another index serves", () => {
  const dueAt = { dueAt: 1 } as const;
  test.each<[string, boolean, Partial<ExistingIndex>]>([
    ["under any name", true, { key: dueAt }],
    ["that is unique", true, { key: dueAt, unique: true }],
    ["in another direction", false, { key: { dueAt: -1 } }],
    ["that lets go of documents", false, { key: dueAt, expireAfterSeconds: 1 }],
    ["that is sparse", false, { key: dueAt, sparse: true }],
  ])("%s: %s", (_what, expected, over) => {
    expect(serves({ name: "x", key: {}, ...over }, [dueAt, {}], {})).toBe(expected);
  });
});

describe("a unique index of somebody else can refuse our documents", () => {
  test.each<[string, boolean, Partial<ExistingIndex>]>([
    ["on fewer fields", true, { key: { userId: 1, provider: 1 } }],
    ["on other fields", true, { key: { email: 1 } }],
    ["on fewer fields of some", true, { key: { userId: 1 }, partialFilterExpression: { a: 1 } }],
    ["of another provider", false, { partialFilterExpression: { provider: "telegram" } }],
    ["on more fields than ours", false, { key: { ...KEY, status: 1 } }],
    ["with the id", false, { key: { _id: 1, provider: 1 } }],
    ["that is none", false, { key: { userId: 1 }, unique: false }],
    ["of the ids", false, { name: "_id_", key: { _id: 1 } }],
  ])("%s: %s", (_what, expected, over) => {
    expect(canRefuse(existing(over), [KEY], OURS_IN_INDEXES)).toBe(expected);
  });
});
