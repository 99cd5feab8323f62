import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";

/** The issuer of a SaaS's tokens: publishes its keys and signs with them. */
export interface KeyServer {
  url: string;
  /** Publishes a second key of each kind beside the first, and from then on none bears a name. */
  rotate: () => Promise<void>;
  /**
   * Publishes new keys in place of the present ones and signs with them from then on.
   * @param areNamed by new names; otherwise both old and new go without one
   */
  replace: (areNamed: boolean) => Promise<void>;
  /** How often the keys were fetched. */
  fetches: () => number;
  sign: (claims: JWTPayload, alg: "RS256" | "ES256" | "EdDSA") => Promise<string>;
  /** The public RSA key as text, to misuse it as a secret. */
  publicText: string;
  /** Makes it answer with this status and body instead of its keys. */
  answer: (status: number, body: string) => void;
  close: () => Promise<void>;
}

/** Starts it on loopback with a key of each kind. */
export async function startKeyServer(): Promise<KeyServer> {
  let pairs = await newPairs();
  let generation = 1;
  const keys = await published(pairs);
  let answer = { status: 200, body: JSON.stringify({ keys }) };
  let fetches = 0;
  let areNamed = true;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(answer.body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    fetches: () => fetches,
    sign: (claims, alg) =>
      signWith(pairs[alg].privateKey, claims, alg, areNamed ? nameOf(alg, generation) : undefined),
    replace: async (named) => {
      pairs = await newPairs();
      generation += 1;
      areNamed = named;
      const fresh = await published(pairs, generation);
      if (!named) for (const key of fresh) Reflect.deleteProperty(key, "kid");
      answer = { status: 200, body: JSON.stringify({ keys: fresh }) };
    },
    rotate: async () => {
      areNamed = false;
      const both = [...(await published(await newPairs())), ...keys];
      const unnamed = both.map(({ kid: _kid, ...key }) => key);
      answer = { status: 200, body: JSON.stringify({ keys: unnamed }) };
    },
    publicText: JSON.stringify(keys[0]),
    answer: (status, body) => {
      answer = { status, body };
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function newPairs() {
  return {
    RS256: await generateKeyPair("RS256", { extractable: true }),
    ES256: await generateKeyPair("ES256", { extractable: true }),
    EdDSA: await generateKeyPair("EdDSA", { extractable: true }),
  };
}

function nameOf(alg: string, generation: number): string {
  return generation === 1 ? `key-${alg}` : `key-${alg}-${generation}`;
}

function published(pairs: Awaited<ReturnType<typeof newPairs>>, generation = 1) {
  return Promise.all(
    Object.entries(pairs).map(async ([alg, { publicKey }]) => {
      return Object.assign(await exportJWK(publicKey), {
        kid: nameOf(alg, generation),
        alg,
        use: "sig",
      });
    }),
  );
}

function signWith(
  key: CryptoKey,
  claims: JWTPayload,
  alg: string,
  kid: string | undefined,
): Promise<string> {
  return new SignJWT({ iss: "issuer", aud: "audience", ...claims })
    .setProtectedHeader({ alg, ...(kid ? { kid } : {}) })
    .setExpirationTime("5m")
    .sign(key);
}
