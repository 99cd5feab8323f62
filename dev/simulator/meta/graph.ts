import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { type Answer, type Call, isJson, type Json } from "../http/answer.ts";
import { GraphFailure } from "./errors.ts";
import type { Grant, MetaStore, Waba, WabaNumber } from "./store.ts";

const SCOPE = "whatsapp_business_management";
/** System-user tokens of Twilio's guide live 60 days. */
const TOKEN_TTL_S = 60 * 24 * 60 * 60;
const DEFAULT_LIMIT = 25;

const CODE_REFUSALS = {
  used: ["This authorization code has been used.", 36009],
  expired: ["This authorization code has expired.", 36007],
  unknown: ["Invalid verification code format.", undefined],
} as const;

export interface GraphDeps {
  store: MetaStore;
  appId: string;
  appSecret: string;
  now: () => Date;
}

/**
 * `oauth/access_token`: trades the code of `FB.login`, which goes without a redirect_uri, or gives the
 * app its own token. https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens
 */
export function accessToken({ store, appId, appSecret }: GraphDeps, call: Call): Answer {
  const given = parameters(call);
  if (given.client_id === undefined) {
    throw new GraphFailure(400, 101, "Missing client_id parameter.");
  }
  if (given.client_id !== appId) {
    throw new GraphFailure(400, 101, "Error validating application. Cannot get application info.");
  }
  if (given.client_secret !== appSecret) {
    throw new GraphFailure(400, 1, "Error validating client secret.");
  }
  if (given.grant_type !== undefined) return appToken(appId, given);
  if (given.code === undefined) throw new GraphFailure(400, 1, "Missing authorization code");
  if (given.redirect_uri) {
    const text =
      "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request";
    throw new GraphFailure(400, 100, text, 36008);
  }
  const redeemed = store.redeem(given.code);
  if ("token" in redeemed) {
    const body = { access_token: redeemed.token, token_type: "bearer", expires_in: TOKEN_TTL_S };
    return { status: 200, body };
  }
  const [text, subcode] = CODE_REFUSALS[redeemed.refused];
  throw new GraphFailure(400, 100, text, subcode);
}

function appToken(appId: string, given: Record<string, string | undefined>): Answer {
  if (given.grant_type !== "client_credentials") {
    throw new GraphFailure(400, 100, "Invalid grant_type parameter.");
  }
  if (given.code !== undefined) {
    throw new GraphFailure(400, 100, "A code does not go with client_credentials.");
  }
  const secretPart = randomBytes(20).toString("base64url");
  return { status: 200, body: { access_token: `${appId}|${secretPart}`, token_type: "bearer" } };
}

/** `debug_token`: what a token was granted. */
export function debugToken({ store, appId, appSecret, now }: GraphDeps, call: Call): Answer {
  const given = parameters(call);
  if (given.access_token !== `${appId}|${appSecret}`) throw invalidToken();
  const grant = store.grantOf(given.input_token ?? "");
  if (grant === undefined) {
    const error = { code: 190, message: "Invalid OAuth access token - Cannot parse access token" };
    return { status: 200, body: { data: { error, is_valid: false, scopes: [] } } };
  }
  const issuedAt = Math.floor(now().getTime() / 1000);
  const data = {
    app_id: appId,
    type: "SYSTEM_USER",
    application: "Simulated app",
    data_access_expires_at: 0,
    expires_at: issuedAt + TOKEN_TTL_S,
    is_valid: true,
    issued_at: issuedAt,
    scopes: [SCOPE, "public_profile"],
    granular_scopes: [granularScope(grant)],
    user_id: "100200300400999",
  };
  return { status: 200, body: { data } };
}

/** `/{waba}`: readable by a token that was granted it. */
export function readWaba(deps: GraphDeps, call: Call): Answer {
  const { id, name } = grantedWaba(deps, call);
  return { status: 200, body: { id, name, timezone_id: "1", message_template_namespace: id } };
}

/** `/{waba}/phone_numbers`, paged by `limit` and `after`. */
export function readPhoneNumbers(deps: GraphDeps, call: Call): Answer {
  const { numbers } = grantedWaba(deps, call);
  const { limit, after } = call.query;
  const start = after === undefined ? 0 : numbers.findIndex(({ id }) => id === after) + 1;
  const shown = numbers.slice(start, start + (Number(limit) || DEFAULT_LIMIT));
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return { status: 200, body: { data: [] } };
  const cursors = { before: first.id, after: last.id };
  const next = new URL(call.path, call.origin);
  next.searchParams.set("after", last.id);
  const hasMore = start + shown.length < numbers.length;
  const paging = hasMore ? { cursors, next: next.href } : { cursors };
  const data = shown.map((number) => numberBody(number, call.query.fields));
  return { status: 200, body: { data, paging } };
}

const USUAL_FIELDS = "display_phone_number,verified_name,code_verification_status,quality_rating";

/** Of a number the fields that were asked for, and always its id. */
function numberBody(number: WabaNumber, fields = USUAL_FIELDS): Json {
  const all: Json = {
    display_phone_number: number.display,
    verified_name: number.verifiedName,
    code_verification_status: number.codeVerificationStatus,
    status: number.status,
    quality_rating: "UNKNOWN",
  };
  const asked = fields.split(",").filter((field) => Object.hasOwn(all, field));
  return { ...Object.fromEntries(asked.map((field) => [field, all[field]])), id: number.id };
}

function granularScope({ wabaIds, namesTargets }: Grant) {
  return namesTargets && wabaIds.length > 0
    ? { scope: SCOPE, target_ids: wabaIds }
    : { scope: SCOPE };
}

function grantedWaba(deps: GraphDeps, call: Call): Waba {
  const given = parameters(call);
  const token = given.access_token ?? bearer(call) ?? "";
  const grant = deps.store.grantOf(token);
  if (grant === undefined) throw invalidToken();
  checkProof(token, deps.appSecret, given.appsecret_proof);
  const id = call.params.wabaId ?? "";
  const waba = grant.wabaIds.includes(id) ? deps.store.waba(id) : undefined;
  if (waba !== undefined) return waba;
  const text = `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`;
  throw new GraphFailure(400, 100, text, 33);
}

/** HMAC-SHA256 of the token with the app secret. https://developers.facebook.com/docs/graph-api/guides/secure-requests */
function checkProof(token: string, appSecret: string, proof: string | undefined): void {
  if (proof === undefined) {
    const text = "API calls from the server require an appsecret_proof argument";
    throw new GraphFailure(400, 100, text);
  }
  const expected = createHmac("sha256", appSecret).update(token).digest();
  const given = Buffer.from(proof, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new GraphFailure(400, 100, "Invalid appsecret_proof provided in the API argument");
  }
}

function invalidToken(): GraphFailure {
  return new GraphFailure(401, 190, "Invalid OAuth access token - Cannot parse access token");
}

function bearer({ headers }: Call): string | undefined {
  return /^(?:Bearer|OAuth) (.+)$/.exec(headers.authorization ?? "")?.[1];
}

/** Query and body together, as the Graph API takes them. */
function parameters(call: Call): Record<string, string | undefined> {
  const given: Record<string, string | undefined> = { ...call.query };
  for (const [name, value] of Object.entries(isJson(call.body) ? call.body : {})) {
    if (typeof value === "string") given[name] = value;
  }
  return given;
}
