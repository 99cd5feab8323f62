import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** The wanted port if nobody listens there, else a free one; 0 asks for a free one at once. */
export async function usablePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}

async function tryPort(wanted: number): Promise<number | undefined> {
  const server = createServer();
  try {
    // As the service listens: on every address, so that a taken one anywhere is noticed.
    server.listen(wanted);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    if (server.listening) {
      server.close();
      await once(server, "close");
    }
  }
}
