const MAX_LENGTH = 255;
/** Breaks and controls of every kind, marks that turn the direction of text, halves of signs. */
const CONTROLS =
  /[\p{Control}\p{Line_Separator}\p{Paragraph_Separator}\p{Bidi_Control}\p{Surrogate}]/u;
/** What alone leaves a line empty: signs without a shape, blanks (one is a Braille sign), accents. */
const SHAPELESS = /[\p{Default_Ignorable_Code_Point}\p{Separator}\p{Format}\p{Mark}\u2800]/gu;

/** What is wrong with a name, in English, to be read after the field's name. */
export type DisplayNameProblem = "empty" | "too_long" | "controls" | "invisible";

/** The name as it is kept and sent: without spaces around it, accents joined with their letters. */
export function tidyDisplayName(text: string): string {
  return text.trim().normalize("NFC");
}

/**
 * Why a tidy name cannot be one: Twilio takes 1 to 255 characters, counted as people count them, and
 * Meta shows them on one line. Undefined for one that can. What Meta's rules forbid is Meta's to say.
 */
export function displayNameProblem(name: string): DisplayNameProblem | undefined {
  if (name === "") return "empty";
  if (CONTROLS.test(name)) return "controls";
  if (name.replace(SHAPELESS, "") === "") return "invisible";
  return Array.from(name).length > MAX_LENGTH ? "too_long" : undefined;
}

/** A name that we are told and only show: what would break or turn the line is left out. */
export function shownName(text: string): string {
  const kept = Array.from(text).filter((sign) => !CONTROLS.test(sign));
  const name = tidyDisplayName(kept.slice(0, MAX_LENGTH).join(""));
  return displayNameProblem(name) ? "" : name;
}
