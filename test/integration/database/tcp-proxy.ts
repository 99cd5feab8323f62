import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A stretch of cable before the database that can be watched, cut off and made to hang. */
export interface TcpProxy {
  port: number;
  /** What clients sent so far, as text. */
  sent(): string;
  /** Accepts and keeps connections, but carries nothing any more. */
  hang(): void;
  /**
   * Resets the connection of each of the next `times` commands with `text` in it: once the database
   * has answered, so that it is done and nobody hears of it, or before it hears of the command.
   */
  reset(text: string, times: number, when?: "answered" | "asked"): void;
  /** Resets that are still to come. */
  resetsLeft(): number;
  /** Ends all connections and listens no more. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 and carries everything to the server of `uri`. */
export async function openTcpProxy(uri: string, port = 0): Promise<TcpProxy> {
  const target = new URL(uri);
  const sockets = new Set<Socket>();
  let hanging = false;
  let resets = { text: "", times: 0, when: "answered" };
  let sent = "";
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    track(client);
    if (hanging) return;
    const database = track(connect(Number(target.port), target.hostname));
    let isCut = false;
    client.on("data", (chunk) => {
      const text = chunk.toString("latin1");
      sent += text;
      if (resets.times > 0 && text.includes(resets.text)) {
        resets.times -= 1;
        isCut = true;
        if (resets.when === "asked") client.resetAndDestroy();
      }
      if (!hanging && !client.destroyed) database.write(chunk);
    });
    database.on("data", (chunk) => {
      if (isCut) client.resetAndDestroy();
      else if (!hanging) client.write(chunk);
    });
    client.on("close", () => database.destroy());
    database.on("close", () => client.destroy());
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    hang: () => {
      hanging = true;
    },
    reset: (text, times, when = "answered") => {
      resets = { text, times, when };
    },
    resetsLeft: () => resets.times,
    close: () => closeAll(server, sockets),
  };
}

async function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}

/** A port on 127.0.0.1 that nobody listens on. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await closeAll(server, new Set());
  return port;
}

/** Whether somebody listens there. */
export async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
