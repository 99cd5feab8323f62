import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Router } from "express";
import { TEST_SECRET } from "../support/service.ts";
import { newNumber, newUser } from "../support/numbers.ts";

/** What the SaaS knows of who is logged in. */
interface ShopCustomer {
  id: string;
  name: string;
  phoneNumber?: string;
}

interface BackendExample {
  whatsappRoutes(settings: {
    serviceUrl: string;
    jwtSecret: string;
    customerOf: () => ShopCustomer;
  }): Router;
}

const EXAMPLES = new URL("../../docs/examples/", import.meta.url);
/** A real page has a new one each time. */
export const NONCE = "shop";
const SESSION_PATH = "/api/whatsapp/session";

/** A SaaS of another origin: a page under a strict policy, and the documented backend behind it. */
export class Shop {
  /** Who is logged in. */
  customer: ShopCustomer = { id: "", name: "" };
  /** The page's body and language. */
  page = { body: "", lang: "es" };
  /** Instead of the backend's answer to a session's creation or reading. */
  readonly refusals: Partial<Record<"POST" | "GET", { status: number; body: unknown }>> = {};
  /** Ids of the sessions whose state was asked for. */
  asked: string[] = [];
  /** When each of them was, by a clock without a date. */
  askedAtMs: number[] = [];
  readonly #server: Server;

  private constructor(app: (shop: () => Shop) => express.Express) {
    this.#server = app(() => this).listen(0);
    this.newCustomer();
  }

  /** @param origins what the page may load scripts from, besides its own */
  static async open(serviceUrl: string, origins: readonly string[]): Promise<Shop> {
    const backend = (await import(new URL("saas-backend.js", EXAMPLES).href)) as BackendExample;
    const scripts = new Map<string, string>();
    for (const name of ["own-popup.js", "own-button.js", "drawn-button.js"]) {
      const text = await readFile(new URL(name, EXAMPLES), "utf8");
      scripts.set(name, text.replace("https://whatsapp.example.com", serviceUrl));
    }
    const shop = new Shop((here) => {
      const app = express();
      app.use((_request, response, next) => {
        response.set("Content-Security-Policy", policy(origins));
        next();
      });
      app.get("/", (_request, response) => void response.send(render(here().page, serviceUrl)));
      for (const [name, text] of scripts) {
        app.get(`/${name}`, (_request, response) => {
          response.type("text/javascript").send(text);
        });
      }
      app.use(SESSION_PATH, (request, response, next) => {
        if (request.method === "GET") {
          here().asked.push(request.path.slice(1));
          here().askedAtMs.push(performance.now());
        }
        const refusal = here().refusals[request.method === "POST" ? "POST" : "GET"];
        if (refusal) response.status(refusal.status).json(refusal.body);
        else next();
      });
      const customerOf = () => here().customer;
      app.use(backend.whatsappRoutes({ serviceUrl, jwtSecret: TEST_SECRET, customerOf }));
      return app;
    });
    await once(shop.#server, "listening");
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Somebody whom the service does not know yet. */
  newCustomer(phoneNumber = newNumber()): ShopCustomer {
    this.customer = { id: newUser(), name: "Padaria da Ana", phoneNumber };
    this.asked = [];
    this.askedAtMs = [];
    delete this.refusals.POST;
    delete this.refusals.GET;
    return this.customer;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** No inline style or script without a nonce, nobody else's, and calls to its own backend alone. */
function policy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src 'self' ${origins.join(" ")}`,
    `style-src 'nonce-${NONCE}'`,
    "connect-src 'self'",
    "img-src data:",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
}

function render({ body, lang }: Shop["page"], serviceUrl: string): string {
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">
<script type="module" src="${serviceUrl}/whatsapp/button.js"></script></head>
<body><main><h1>Shop</h1>${body}</main></body></html>`;
}
