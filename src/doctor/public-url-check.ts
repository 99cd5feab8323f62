import type { Config } from "../config/config.ts";
import { networkKind } from "../provider-message.ts";
import { fail, ok, warn, type Check, type Finding } from "./check.ts";
import { PROBE_PATH, type Probe, type ProbeAnswer } from "./probe.ts";

const TIMEOUT_MS = 8_000;

/**
 * Goes out to PUBLIC_URL and looks at what comes in: whether it is this service that answers there,
 * and whether the proxies on the way leave scheme and host as they were.
 */
export function publicUrlCheck(config: Config, probe: Probe): Check {
  return {
    name: "public url",
    run: async ({ signal }) => {
      const token = probe.next();
      const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      let response: Response;
      try {
        response = await fetch(`${config.publicUrl}${PROBE_PATH}/${token}`, {
          redirect: "manual",
          signal: limited,
        });
      } catch (error) {
        return [unreachable(config, networkKind(error))];
      }
      if (response.status >= 300 && response.status < 400) return [redirected(config, response)];
      const arrived = await readAnswer(response);
      if (!arrived || arrived.answer !== probe.answerTo(token)) {
        return [answeredByAnother(config, response.status)];
      }
      return compare(config, arrived);
    },
  };
}

function unreachable({ publicUrl }: Config, network: string | undefined): Finding {
  const why = network ? ` (${network})` : "";
  return fail(
    `PUBLIC_URL ${publicUrl} does not answer${why}. Start the service, and look at its domain, its certificate and the proxy before it.`,
  );
}

function redirected({ publicUrl }: Config, response: Response): Finding {
  const to = response.headers.get("location") ?? "";
  const origin = URL.canParse(to, publicUrl) ? new URL(to, publicUrl).origin : "elsewhere";
  return fail(
    `PUBLIC_URL ${publicUrl} redirects to ${origin}, and a redirect loses what Twilio and browsers send. Set PUBLIC_URL to the address that answers itself.`,
  );
}

function answeredByAnother({ publicUrl }: Config, status: number): Finding {
  return fail(
    `PUBLIC_URL ${publicUrl} is answered with ${status} by something that is not this service, or has another TWILIO_AUTH_TOKEN. Point that address at this service.`,
  );
}

function compare(
  { publicUrl, trustProxy }: Config,
  { protocol, host, hops }: ProbeAnswer,
): Finding[] {
  const expected = new URL(publicUrl);
  const findings: Finding[] = [];
  if (`${protocol}:` !== expected.protocol) {
    findings.push(
      warn(
        `What is sent to ${publicUrl} arrives as ${protocol}. Let the proxy send X-Forwarded-Proto, and set TRUST_PROXY to the number of proxies.`,
      ),
    );
  }
  if (host !== expected.host) {
    findings.push(
      warn(
        `What is sent to ${expected.host} arrives as ${host}. Let the proxy keep the Host header, or set PUBLIC_URL to the address that customers see.`,
      ),
    );
  }
  if (hops !== trustProxy) {
    findings.push(
      warn(
        `${hops} proxies stand before the service and TRUST_PROXY is ${trustProxy}, so limits count the wrong addresses. Set TRUST_PROXY=${hops}.`,
      ),
    );
  }
  return findings.length > 0 ? findings : [ok(`${publicUrl} reaches this service as it is`)];
}

async function readAnswer(response: Response): Promise<ProbeAnswer | undefined> {
  try {
    const body: unknown = response.status === 200 ? await response.json() : undefined;
    return isAnswer(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(body: unknown): body is ProbeAnswer {
  return (
    typeof body === "object" &&
    body !== null &&
    "answer" in body &&
    "protocol" in body &&
    "host" in body &&
    "hops" in body
  );
}
