export const PROVIDER = "whatsapp";

/**
 * What every document of ours answers to, and none of others in the same collection: in a partial
 * index, where nothing can be denied.
 */
export const OURS_IN_INDEXES = {
  provider: PROVIDER,
  userId: { $type: "string" },
  externalId: { $type: "string" },
  "registration.generation": { $type: "number" },
} as const;

type ListPath = "userId" | "provider" | "externalId" | "registration" | "registration.generation";
const NONE = { $exists: false };

/**
 * The same in a query. Every query on the collection names it or a generation, or asks `isOurs` of
 * what it finds, so that documents of other services and of earlier ones, whatever they hold, are
 * neither shown nor changed. A condition also matches what is inside of an array, hence the denials.
 */
export const OURS: { readonly provider: typeof PROVIDER } & Readonly<
  Record<"registration.generation" | `${ListPath}.0`, object>
> = {
  provider: PROVIDER,
  "registration.generation": { $type: "number" },
  "userId.0": NONE,
  "provider.0": NONE,
  "externalId.0": NONE,
  "registration.0": NONE,
  "registration.generation.0": NONE,
};

/** What of a document says whether it is ours. */
interface PerhapsOurs {
  userId?: unknown;
  provider?: unknown;
  externalId?: unknown;
  registration?: unknown;
}

/** The same of a document that has been read. */
export function isOurs({ userId, provider, externalId, registration }: PerhapsOurs): boolean {
  return (
    provider === PROVIDER &&
    !Array.isArray(userId) &&
    !Array.isArray(externalId) &&
    typeof registration === "object" &&
    registration !== null &&
    "generation" in registration &&
    typeof registration.generation === "number"
  );
}
