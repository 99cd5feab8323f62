import type { Request, RequestHandler } from "express";
import type { Probe, ProbeAnswer } from "../../doctor/probe.ts";
import { ProblemError } from "../../problems/problem-error.ts";

/** Tells a doctor of this installation what arrived of its request; anybody else finds nothing here. */
export function getProbe(probe: Probe): RequestHandler {
  return (request, response) => {
    const answer = probe.answerTo(String(request.params.token));
    if (answer === undefined) throw new ProblemError("not_found");
    const arrived: ProbeAnswer = {
      answer,
      protocol: request.protocol,
      host: request.get("host") ?? "",
      hops: hopsOf(request),
    };
    response.json(arrived);
  };
}

/** Each proxy adds the address that it was called from. */
function hopsOf(request: Request): number {
  const forwarded = request.get("x-forwarded-for") ?? "";
  return forwarded.split(",").filter((part) => part.trim() !== "").length;
}
