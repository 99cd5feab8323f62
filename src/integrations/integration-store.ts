import { Types } from "mongoose";
import { olderThan, pageOf, parseCursor } from "../cursor.ts";
import { addLogContext } from "../logger.ts";
import { spellingsOf } from "../phone-number.ts";
import { ProblemError } from "../problems/problem-error.ts";
import type { Integration, IntegrationStatus } from "./integration.ts";
import { OURS } from "./ours.ts";
import type { IntegrationModel } from "./integration-model.ts";

/** One page of an owner's integrations, newest first. */
export interface IntegrationPage {
  integrations: Integration[];
  nextCursor: string | null;
}

/** Whether a text has the form of an integration's id. */
export function isIntegrationId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text);
}

const toObjectId = (id: string) => new Types.ObjectId(id);

/**
 * The owner's integration of a line; the oldest where two were made of it before spellings were settled.
 * @param phoneNumber any spelling of the line, canonical
 */
export function findOfLine(
  model: IntegrationModel,
  userId: string,
  phoneNumber: string,
): Promise<Integration | null> {
  return model
    .findOne({ userId, ...OURS, externalId: { $in: spellingsOf(phoneNumber) } })
    .sort({ createdAt: 1, _id: 1 })
    .lean<Integration | null>();
}

/** Reads integrations, always by their owner: another owner's do not exist here. */
export class IntegrationStore {
  readonly #model: IntegrationModel;

  constructor(model: IntegrationModel) {
    this.#model = model;
  }

  /** Undefined when there is none, it is another owner's, or the id is no id. */
  async find(userId: string, id: string): Promise<Integration | undefined> {
    if (!isIntegrationId(id)) return undefined;
    const found = await this.#model.findOne({ _id: id, userId, ...OURS }).lean();
    return found ?? undefined;
  }

  /**
   * The owner's integration, whose ids every further line of this piece of work bears.
   * @throws ProblemError `integration_unknown`, also for another owner's
   */
  async get(userId: string, id: string): Promise<Integration> {
    const integration = await this.find(userId, id);
    if (!integration) throw await this.#unknown(userId, id);
    addLogContext({
      userId,
      integrationId: id,
      sessionId: integration.registration.target.sessionId,
      phoneNumber: integration.externalId,
    });
    return integration;
  }

  /** The caller hears the same of another owner's as of none; the log says whose it is. */
  async #unknown(userId: string, id: string): Promise<ProblemError> {
    const other = isIntegrationId(id)
      ? await this.#model.findOne({ _id: id, ...OURS }).lean()
      : null;
    if (!other) return new ProblemError("integration_unknown");
    return new ProblemError("integration_unknown", {
      logged: {
        reason: "other_owner",
        owner: other.userId,
        integrationId: id,
        sessionId: other.registration.target.sessionId,
        phoneNumber: other.externalId,
        userId,
      },
    });
  }

  /** The owner's integration of the number's line, in whichever spelling it is kept. */
  async findByNumber(userId: string, phoneNumber: string): Promise<Integration | undefined> {
    return (await findOfLine(this.#model, userId, phoneNumber)) ?? undefined;
  }

  /** @throws ProblemError `invalid_request` for a cursor that was not given out here */
  async list(
    userId: string,
    query: { limit: number; status?: IntegrationStatus; cursor?: string },
  ): Promise<IntegrationPage> {
    const { cursor } = query;
    const after = cursor === undefined ? undefined : parseCursor(cursor, isIntegrationId);
    const found = await this.#model
      .find({
        userId,
        ...OURS,
        ...(query.status ? { status: query.status } : {}),
        ...(after ? olderThan(after, toObjectId) : {}),
      })
      .sort({ createdAt: -1, _id: -1 })
      .limit(query.limit + 1)
      .lean();
    const { page: integrations, nextCursor } = pageOf(found, query.limit);
    return { integrations, nextCursor };
  }
}
