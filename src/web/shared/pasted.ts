/** What copying brings along without showing it: marks of direction, of joining and of breaking. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Spaces, dots, and every dash, minus and hyphen that word processors and phones write. */
const SEPARATORS = /[\s.\p{Dash_Punctuation}\u2043\u207B\u208B\u2212\u02D7]/gu;

/** Digits without what people and programs write or paste between them; letters stay. */
export function withoutSeparators(text: string): string {
  return text.replaceAll(INVISIBLE, "").replaceAll(SEPARATORS, "");
}

/** Nobody sees these in a name, so nobody could take them out: controls and marks of direction. */
const CONTROLS =
  /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}\p{Bidi_Control}\p{Surrogate}]/gu;
const SHAPELESS = /[\p{Default_Ignorable_Code_Point}\p{Separator}\p{Format}\p{Mark}\u2800]/gu;

/** The name that was meant; empty where nothing of it can be seen. */
export function seenName(text: string): string {
  const name = text.replaceAll(CONTROLS, "").trim();
  return name.replaceAll(SHAPELESS, "") === "" ? "" : name;
}
