import type { RequestHandler } from "express";

/** All metrics of this process, as Prometheus reads them. */
export type Scrape = () => Promise<{ contentType: string; text: string }>;

/** Prometheus' text. */
export function getMetrics(scrape: Scrape): RequestHandler {
  return async (_request, response) => {
    const { contentType, text } = await scrape();
    response.set("Content-Type", contentType).send(text);
  };
}
