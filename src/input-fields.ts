import { z } from "zod";
import { displayNameProblem, tidyDisplayName } from "./display-name.ts";
import { canonicalPhoneNumber, withoutSeparators } from "./phone-number.ts";
import { isLanguageTag, localeOf } from "./problems/locales.ts";

/** A phone number as people give it, canonical afterwards. */
export const phoneNumberField = z
  .string()
  .max(64)
  .transform((text, context) => {
    const number = canonicalPhoneNumber(text);
    if (number) return number;
    context.addIssue({ code: "custom", message: "must be a phone number in E.164" });
    return z.NEVER;
  })
  .meta({
    description: "E.164; spaces, dashes and brackets are cleaned",
    examples: ["+5511987654321"],
  });

/** A one-time code: six digits today; people type or paste them with something in the middle. */
export const oneTimeCodeField = z
  .string()
  .max(32)
  .transform(withoutSeparators)
  .pipe(z.string().regex(/^\d{4,10}$/, "must be the digits of the code"))
  .meta({ description: "The one-time code", examples: ["482913"] });

/** The caller's own id for something, given back as it is. */
export const referenceField = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/\p{Cc}/u.test(text), "must be one line without control characters")
  .meta({
    description: "Your own id, given back wherever this is shown",
    examples: ["customer-42"],
    pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]*$`,
  });

const NAME_PROBLEMS = {
  empty: { code: "too_small", origin: "string", minimum: 1 },
  too_long: { code: "too_big", origin: "string", maximum: 255 },
  controls: {
    code: "custom",
    message: "must be one line without control characters or marks of direction",
  },
  invisible: { code: "custom", message: "must have characters that can be seen" },
} as const;

/** WhatsApp's display name, tidy afterwards. */
export const displayNameField = z
  .string()
  .transform((text, context) => {
    const name = tidyDisplayName(text);
    const problem = displayNameProblem(name);
    if (!problem) return name;
    context.addIssue({ ...NAME_PROBLEMS[problem], input: text });
    return z.NEVER;
  })
  .meta({
    description: "WhatsApp's display name: one line of 1 to 255 characters",
    examples: ["Panadería Sol"],
  });

/**
 * Any language tag (`pt-BR`, `es-419`, `de`); afterwards our language of it, or undefined where we
 * do not have it and the choice falls back to what it would be without this field.
 */
export const localeField = z
  .string()
  .max(100)
  .refine(isLanguageTag, "must be a language tag such as pt-BR")
  .transform((tag) => localeOf(tag))
  .meta({
    description: "Any language tag; what is not es, pt or en falls back",
    examples: ["pt-BR"],
  });
