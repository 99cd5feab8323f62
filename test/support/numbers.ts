import { randomInt } from "node:crypto";

let last = randomInt(10_000_000, 50_000_000);

/** A Brazilian mobile number that no other test has, and whose ending tells the simulator nothing. */
export function newNumber(): string {
  last += last % 10_000 >= 9_900 ? 100 : 1;
  return `+55119${last}`;
}

/** A Brazilian mobile number as it is written today, and as it was before the ninth digit. */
export function newMobile(): { today: string; before: string } {
  const digits = newNumber().slice(-7);
  return { today: `+551198${digits}`, before: `+55118${digits}` };
}

/** An owner that no other test has. */
export function newUser(): string {
  last += 1;
  return `user-${last}`;
}

/** A WABA that no other test has. */
export function newWaba(): string {
  last += 1;
  return `9000${last}`;
}
