import { describe, expect, test } from "@jest/globals";
import { FaultBook } from "../../../dev/simulator/http/faults.ts";

describe("FaultBook", () => {
  test("hits the operation, as often as ordered, once by default", () => {
    const book = new FaultBook();
    book.add({ operation: "senders.create", kind: "reset", times: 2 });
    book.add({ operation: "senders.list", kind: "hang" });
    expect(book.take("senders.fetch", "")).toBeUndefined();
    expect(book.take("senders.create", "")).toMatchObject({ kind: "reset" });
    expect(book.pending()).toMatchObject([{ kind: "reset", times: 1 }, { kind: "hang" }]);
    expect(book.take("senders.create", "")).toMatchObject({ kind: "reset" });
    expect(book.take("senders.create", "")).toBeUndefined();
    expect(book.take("senders.list", "")).toMatchObject({ kind: "hang" });
    expect(book.take("senders.list", "")).toBeUndefined();
    expect(book.pending()).toEqual([]);
  });

  test("hits groups of operations", () => {
    const book = new FaultBook();
    book.add({ operation: "senders.*", kind: "reset", times: 9 });
    expect(book.take("accounts.list", "")).toBeUndefined();
    expect(book.take("senders.list", "")).toBeDefined();
    book.clear();
    book.add({ operation: "*", kind: "reset", times: 9 });
    expect(book.take("graph.waba", "")).toBeDefined();
  });

  test("hits only what it matches", () => {
    const book = new FaultBook();
    book.add({ operation: "*", kind: "reset", match: "+5511987654321" });
    expect(book.take("senders.create", "+5511900000001")).toBeUndefined();
    expect(book.take("senders.create", "whatsapp:+5511987654321")).toBeDefined();
  });

  test("hits at random, the same way for the same seed", () => {
    const hits = (seed: number) => {
      const book = new FaultBook();
      book.add({ operation: "*", kind: "reset", probability: 0.3, seed });
      return Array.from({ length: 1000 }, () => book.take("senders.list", "") !== undefined);
    };
    const first = hits(7);
    expect(hits(7)).toEqual(first);
    expect(hits(8)).not.toEqual(first);
    const count = first.filter(Boolean).length;
    expect(count).toBeGreaterThan(250);
    expect(count).toBeLessThan(350);
  });

  test("hits at random no more often than ordered", () => {
    const book = new FaultBook();
    book.add({ operation: "*", kind: "reset", probability: 1, times: 2 });
    const hits = Array.from({ length: 5 }, () => book.take("senders.list", "") !== undefined);
    expect(hits).toEqual([true, true, false, false, false]);
  });
});
