import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { exchange, type HttpCall } from "../../../src/twilio/http-exchange.ts";
import { freePort } from "../../support/service.ts";
import { eventually } from "../../support/wait.ts";

describe("a call over HTTP", () => {
  let server: Server;
  let url: string;
  let connections: number;
  const received: string[] = [];
  beforeEach(async () => {
    received.length = 0;
    connections = 0;
    server = createServer((request, response) => {
      received.push(`${request.method} ${request.url}`);
      if (request.url === "/reset") request.socket.destroy();
      else if (request.url === "/half") {
        response.writeHead(200, { "Content-Length": "10" }).write("half");
        setTimeout(() => request.socket.destroy(), 20);
      } else if (request.url !== "/silent") {
        let body = "";
        request.on("data", (chunk) => (body += String(chunk)));
        request.on("end", () => response.writeHead(202, { "T-Request-Id": "RQ1" }).end(body));
      }
    });
    server.on("connection", () => (connections += 1));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  const call = (path: string, over: Partial<HttpCall> = {}) =>
    exchange({ method: "GET", url: `${url}${path}`, headers: {}, timeoutMs: 5_000, ...over });

  test("brings body and answer over whole, whatever is in them", async () => {
    const body = JSON.stringify({ name: "Panadería 日本 ".repeat(5_000) });
    const answer = await call("/echo", { method: "POST", body });
    expect(answer).toMatchObject({ status: 202, text: body, headers: { "t-request-id": "RQ1" } });
  });

  test("looks share a connection, each change has its own", async () => {
    await call("/1");
    await call("/2");
    expect(connections).toBe(1);
    await call("/3", { method: "POST", body: "" });
    await call("/4", { method: "DELETE" });
    expect(connections).toBe(3);
  });

  test("that nobody answers was never sent", async () => {
    const unused = `http://127.0.0.1:${await freePort()}/`;
    await expect(call("", { url: unused })).rejects.toMatchObject({ name: "NeverSentError" });
  });

  test.each([
    ["is cut off", "/reset", 5_000, "Error"],
    ["is cut off within the answer", "/half", 5_000, "Error"],
    ["gets no answer in time", "/silent", 100, "AbortError"],
  ])("that %s may have had its effect", async (_how, path, timeoutMs, name) => {
    const failing = call(path, { method: "POST", body: "{}", timeoutMs });
    await expect(failing).rejects.toMatchObject({ name });
    expect(received).toEqual([`POST ${path}`]);
  });

  test("of a process that is frozen before it could send is not sent late", async () => {
    // From a timer on, the loop looks at connections before it looks at timers again.
    const script = `
      const { exchange } = await import("./src/twilio/http-exchange.ts");
      setTimeout(() => {
        const call = exchange({ method: "POST", url: "${url}/late", headers: {}, timeoutMs: 200, body: "{}" });
        process.nextTick(() => process.kill(process.pid, "SIGSTOP"));
        call.then(() => console.log("sent"), (error) => console.log(error.name));
      }, 1);
    `;
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    // The kernel opens the connection while the process stands still.
    await eventually(
      () => Promise.resolve(connections),
      (count) => count === 1,
    );
    await sleep(400);
    child.kill("SIGCONT");
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    await once(child, "exit");
    expect(said.toString().trim()).toBe("NeverSentError");
    expect(received).toEqual([]);
  });
});
