import mongoose from "mongoose";

const { MongoNetworkError, MongoServerError } = mongoose.mongo;
const { MongooseServerSelectionError } = mongoose.Error;
const AUTHENTICATION_FAILED = 18;
const ATLAS_ERROR = 8000;

/** Whether another attempt may succeed: not with a malformed URI or refused credentials. */
export function canRetryConnecting(error: unknown): boolean {
  if (error instanceof MongoServerError) return !isAuthenticationError(error);
  return (
    error instanceof MongooseServerSelectionError ||
    error instanceof MongoNetworkError ||
    isDnsError(error)
  );
}

const AUTHENTICATION_HINT =
  ". Check user and password; the user of another database than the one in the address needs authSource, as in ?authSource=admin";

/** What may help, to be read after the message. */
export function hintFor(error: unknown): string {
  return isAuthenticationError(error) ? AUTHENTICATION_HINT : "";
}

function isAuthenticationError(error: unknown): boolean {
  return (
    error instanceof MongoServerError &&
    (error.code === AUTHENTICATION_FAILED || error.code === ATLAS_ERROR)
  );
}

/** The look-ups of `mongodb+srv` URIs fail with Node's own errors. */
function isDnsError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && String(error.syscall).startsWith("query");
}

/** The error's message without the URI or the password in it. */
export function withoutCredentials(error: unknown, uri: string): string {
  const message = error instanceof Error ? error.message : String(error);
  // Quotes what it takes for a host, which is the password where the @ is missing or misplaced.
  if (message.startsWith("Unable to parse")) return "a host or port in it is malformed";
  const userInfo = /^[^/]*\/*(.*)@/.exec(uri)?.[1] ?? "";
  const password = userInfo.slice(userInfo.indexOf(":") + 1);
  return [uri, userInfo, password, decoded(password)]
    .filter((secret) => secret !== "")
    .reduce((text, secret) => text.replaceAll(secret, "***"), message);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
