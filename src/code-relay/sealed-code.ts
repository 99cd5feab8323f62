import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

/*
 * A webhook of Twilio has no cookie, and the database has only the cookie's hash. So the cookie's
 * value gives a key pair: its public half is stored and seals, its private half comes back only with
 * a request of that browser. The format is HPKE's (RFC 9180, base mode), with a fresh key for each
 * message.
 */
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** The bytes of an X25519 key before those of the cipher text. */
const KEY_BYTES = 32;
const INFO = bytesOf("code relay");

/** The public key of one browser for one session, to be stored. @param secret the cookie's value */
export async function publicKeyOf(secret: string, sessionId: string): Promise<string> {
  const { publicKey } = await keyPairOf(secret, sessionId);
  return Buffer.from(await suite.kem.serializePublicKey(publicKey)).toString("base64url");
}

/**
 * @param text a code and where it came from
 * @param context what it belongs to; it opens under no other
 */
export async function sealCode(text: string, publicKey: string, context: string): Promise<string> {
  const raw = new Uint8Array(Buffer.from(publicKey, "base64url"));
  const recipientPublicKey = await suite.kem.deserializePublicKey(raw);
  const to = { recipientPublicKey, info: INFO };
  const { enc, ct } = await suite.seal(to, bytesOf(text), bytesOf(context));
  return Buffer.concat([Buffer.from(enc), Buffer.from(ct)]).toString("base64url");
}

/** Undefined where another browser's key, another context or a changed text is tried. */
export async function openCode(
  sealed: string,
  secret: string,
  sessionId: string,
  context: string,
): Promise<string | undefined> {
  try {
    const bytes = new Uint8Array(Buffer.from(sealed, "base64url"));
    const recipientKey = await keyPairOf(secret, sessionId);
    const by = { recipientKey, enc: bytes.slice(0, KEY_BYTES), info: INFO };
    const text = await suite.open(by, bytes.slice(KEY_BYTES), bytesOf(context));
    return Buffer.from(text).toString();
  } catch {
    return undefined;
  }
}

function keyPairOf(secret: string, sessionId: string) {
  return suite.kem.deriveKeyPair(bytesOf(`${sessionId}\0${secret}`));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text));
}
