import { operatorTokens } from "../config/fields.ts";
import { UsageError } from "./command.ts";

/** A running service, and the token that its doors open to. */
export interface ServiceAddress {
  origin: string;
  token: string;
}

const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * What `--url` and the environment say. The token is no argument, since every process of the machine
 * may read those, and leaves for https or this machine alone.
 * @throws UsageError
 */
export function serviceAddress(
  url: string,
  { OPS_TOKEN: variable }: Record<string, string | undefined>,
): ServiceAddress {
  const { origin, protocol, hostname } = URL.canParse(url) ? new URL(url) : NOWHERE;
  if (protocol !== "https:" && !(protocol === "http:" && LOOPBACK.has(hostname))) {
    throw new UsageError("--url is the service's address, for example https://api.example.com.");
  }
  if (!variable) throw new UsageError("OPS_TOKEN is not set: your token, in the environment.");
  const read = operatorTokens().safeParse(variable);
  const [own, ...others] = read.success ? read.data : [];
  if (!own || others.length > 0) {
    throw new UsageError("OPS_TOKEN is more than one token: with --url it is yours alone.");
  }
  return { origin, token: own.token };
}

const NOWHERE = { origin: "", protocol: "", hostname: "" };
