import type { NameDoubt } from "../../pages/texts/page-texts.ts";

const DOUBTS: readonly (readonly [NameDoubt, (name: string) => boolean])[] = [
  ["address", (name) => /https?:|www\.|\w\.(com|net|org|app|io|br|mx|ar|es|co)\b/i.test(name)],
  ["emoji", (name) => /\p{Extended_Pictographic}/u.test(name)],
  ["meta", (name) => /\b(whats\s?app|facebook|instagram|meta)\b/i.test(name)],
  ["short", (name) => (name.match(/[\p{L}\p{N}]/gu) ?? []).length < 3],
  ["capitals", (name) => /\p{Lu}{6,}/u.test(name) && name === name.toUpperCase()],
];

/** What Meta's rules for display names speak against, if anything. A doubt only: Meta decides. */
export function nameDoubt(name: string): NameDoubt | undefined {
  return DOUBTS.find(([, isDoubtful]) => isDoubtful(name))?.[0];
}
