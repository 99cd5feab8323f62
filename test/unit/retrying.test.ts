import { expect, test } from "@jest/globals";
import { retrying } from "../../src/retrying.ts";

const quick = { firstPauseMs: 1, maxPauseMs: 2 };
const tooOften = () => new Error("too often");

test("gives the first result that there is", async () => {
  let asked = 0;
  const third = async () => ((asked += 1) === 3 ? "done" : undefined);
  expect(await retrying(third, tooOften, quick)).toBe("done");
  expect(asked).toBe(3);
});

test("ends after its tries with the error that says what was tried", async () => {
  let asked = 0;
  const never = async () => {
    asked += 1;
    return undefined;
  };
  await expect(retrying(never, tooOften, { ...quick, tries: 5 })).rejects.toThrow("too often");
  expect(asked).toBe(5);
});

test("pauses between the tries", async () => {
  const started = performance.now();
  const never = () => Promise.resolve(undefined);
  await expect(
    retrying(never, tooOften, { tries: 4, firstPauseMs: 20, maxPauseMs: 40 }),
  ).rejects.toThrow("too often");
  // Half of 20, 40 and 40 ms at least; timers may be a millisecond early.
  expect(performance.now() - started).toBeGreaterThan(45);
});

test("hands on what goes wrong in a try", async () => {
  const fails = () => Promise.reject(new TypeError("in the try"));
  await expect(retrying(fails, tooOften, quick)).rejects.toThrow("in the try");
});
