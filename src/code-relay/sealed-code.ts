import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";

/*
 * A webhook of Twilio has no cookie, and the database only the cookie's hash. So the browser's value
 * gives a key pair: the public half is stored and seals, the private half comes back only with a
 * request of that browser. X25519 (RFC 7748), HKDF-SHA256 (RFC 5869), AES-256-GCM, as HPKE joins
 * them (RFC 9180); a fresh key for each message, so nothing ties two messages together.
 */
const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** What stands before the 32 bytes of an X25519 key in DER (RFC 8410). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

/** The public key of one browser for one session, to be stored. @param secret the cookie's value */
export function publicKeyOf(secret: string, sessionId: string): string {
  return rawPublic(createPublicKey(privateKeyOf(secret, sessionId))).toString("base64url");
}

/**
 * @param text a code and where it came from
 * @param context what it belongs to; it opens under no other
 */
export function sealCode(text: string, publicKey: string, context: string): string {
  const recipient = Buffer.from(publicKey, "base64url");
  const ephemeral = generateKeyPairSync("x25519");
  const sender = rawPublic(ephemeral.publicKey);
  const shared = diffieHellman({
    privateKey: ephemeral.privateKey,
    publicKey: toPublicKey(recipient),
  });
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, messageKey(shared, sender, recipient), nonce);
  cipher.setAAD(Buffer.from(context));
  const secret = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([sender, nonce, cipher.getAuthTag(), secret]).toString("base64url");
}

/** Undefined where another browser's key, another context or a changed text is tried. */
export function openCode(
  sealed: string,
  secret: string,
  sessionId: string,
  context: string,
): string | undefined {
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const privateKey = privateKeyOf(secret, sessionId);
    const sender = bytes.subarray(0, KEY_BYTES);
    const nonce = bytes.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
    const textAt = KEY_BYTES + NONCE_BYTES + TAG_BYTES;
    const shared = diffieHellman({ privateKey, publicKey: toPublicKey(sender) });
    const key = messageKey(shared, sender, rawPublic(createPublicKey(privateKey)));
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(bytes.subarray(KEY_BYTES + NONCE_BYTES, textAt));
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString();
  } catch {
    return undefined;
  }
}

function privateKeyOf(secret: string, sessionId: string): KeyObject {
  const seed = hkdfSync("sha256", secret, sessionId, "code relay: browser key 1", KEY_BYTES);
  return createPrivateKey({
    key: Buffer.concat([PRIVATE_PREFIX, Buffer.from(seed)]),
    format: "der",
    type: "pkcs8",
  });
}

function messageKey(shared: Buffer, sender: Buffer, recipient: Buffer): Buffer {
  const salt = Buffer.concat([sender, recipient]);
  return Buffer.from(hkdfSync("sha256", shared, salt, "code relay: message key 1", KEY_BYTES));
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(PUBLIC_PREFIX.length);
}

function toPublicKey(raw: Buffer): KeyObject {
  return createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, raw]),
    format: "der",
    type: "spki",
  });
}
