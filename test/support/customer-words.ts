/** Names of those behind the service, of variables, fields and commands. */
const NAMES =
  /[Tt]wilio|\bMeta\b|\b[A-Z]+_[A-Z_]+\b|(?<!\p{L})[a-z]+[A-Z]\w*|npm run|Partner Solution/u;
/** The trade's words, whole, in three languages. */
const JARGON =
  /(?<![\p{L}_])(mongo\w*|databases?|bases? de datos|bancos? de dados|índices?|index|waba|sid|tokens?|webhooks?|payload|senders?|remitentes?|remetentes?|subac\w+|subcuentas?|subcontas?|idempot\S+|http|json|credentials?|credencia\w+|session id|id(entifier)?s? (de la|da|of the) (ses\w+|session))(?![\p{L}_])/iu;

/** What of a text no customer should read; that a name may not have “Meta” in it has to be said. */
export function unfitFor(text: string): string | undefined {
  const said = text.replaceAll(/[«“]Meta[»”]/g, "");
  return (NAMES.exec(said) ?? JARGON.exec(said))?.[0];
}

/** All texts in a tree of them, without their keys. */
export function textsIn(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  return Object.values(tree as object).flatMap(textsIn);
}
