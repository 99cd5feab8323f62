import { z } from "zod";
import { SESSION_STATUSES } from "../../signup/signup-session.ts";

const at = z.iso.datetime();

const fields = {
  sessionId: z.string(),
  status: z.enum(SESSION_STATUSES).meta({ description: "`opened` means started in a browser" }),
  createdAt: at,
  expiresAt: at.meta({
    description: "The limit in force: the link's, after the start the session's",
  }),
  reference: z.string().optional().meta({ description: "Your own id" }),
  phoneNumber: z.string().optional(),
  integrationId: z.string().optional(),
};

const timelineEntry = z.object({
  at,
  event: z.string(),
  source: z.literal("browser").optional().meta({ description: "Only the browser says so" }),
  data: z.record(z.string(), z.unknown()).optional(),
});

export const sessionSchema = z
  .object({
    ...fields,
    statusUrl: z.url().optional().meta({
      description:
        "Once completed: the live status page, for the browser that went through the signup",
    }),
    timeline: z.array(timelineEntry),
  })
  .meta({ id: "SignupSession", description: "One attempt to connect a number" });

export const sessionsSchema = z
  .object({
    success: z.literal(true),
    sessions: z.array(
      z.object(fields).meta({ id: "SignupSessionSummary", description: "A session in a list" }),
    ),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "For the next page; null on the last one" }),
  })
  .meta({ id: "SignupSessionList", description: "One page of an owner's sessions" });

export const launchSchema = z
  .object({
    mode: z.enum(["meta", "redirect"]),
    appId: z.string().nullable(),
    configId: z.string().nullable(),
    graphVersion: z.string(),
    sdkUrl: z.url(),
    extras: z.record(z.string(), z.unknown()).meta({ description: "The `extras` of FB.login" }),
  })
  .meta({ id: "Launch", description: "What a frontend needs that opens Meta's popup itself" });

export const createdSessionSchema = z
  .object({
    success: z.literal(true),
    sessionId: z.string(),
    signupUrl: z.url().meta({ description: "For the customer alone: it stands for the session" }),
    expiresAt: at,
    launch: launchSchema,
  })
  .meta({ id: "CreatedSignupSession" });
