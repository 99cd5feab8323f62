import type { RequestHandler } from "express";
import type { Doctor } from "../../doctor/doctor.ts";

/** What `npm run doctor` says, asked of the running service. */
export function getDoctor(doctor: Doctor): RequestHandler {
  return async (_request, response) => {
    response.json(await doctor.examine());
  };
}
