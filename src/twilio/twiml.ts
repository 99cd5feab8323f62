import twilio from "twilio";
import type { Locale } from "../problems/locales.ts";

/** An address that takes over a message or call. */
export interface Handler {
  url: string;
  method: string;
}

/** What the voice webhook needs to listen to a call. */
export interface Listening {
  locale: Locale;
  /** Gets what was understood. */
  actionUrl: string;
  /** Who takes the call over when nothing was said; else it is recorded. */
  former: Handler | undefined;
}

/** Of Twilio's speech recognition; there is no plain `es` or `pt`. */
const SPEECH_LANGUAGES = { es: "es-MX", pt: "pt-BR", en: "en-US" } as const;
const LISTEN_SECONDS = 15;
const RECORD_SECONDS = 45;
const DIGITS_HINT = "$OOV_CLASS_DIGIT_SEQUENCE";

/** An empty answer: the message is taken, the call ends. */
export function nothing(): string {
  return new twilio.twiml.MessagingResponse().toString();
}

/** Hands a message on to the former address, as if Twilio had sent it there; signed as usual. */
export function handMessageOn({ url, method }: Handler): string {
  const response = new twilio.twiml.MessagingResponse();
  response.redirect({ method: toMethod(method) }, url);
  return response.toString();
}

/** Hands a call on to the former address. */
export function handCallOn({ url, method }: Handler): string {
  const response = new twilio.twiml.VoiceResponse();
  response.redirect({ method: toMethod(method) }, url);
  return response.toString();
}

/**
 * Answers a call and listens. `<Gather>` understands many languages and keeps no recording; the
 * transcription of `<Record>` is in US English only, so `<Record>` is the second choice, for calls
 * that no former address takes.
 */
export function listen({ locale, actionUrl, former }: Listening): string {
  const response = new twilio.twiml.VoiceResponse();
  response.gather({
    input: ["speech"],
    action: actionUrl,
    method: "POST",
    language: SPEECH_LANGUAGES[locale],
    hints: DIGITS_HINT,
    timeout: LISTEN_SECONDS,
    speechTimeout: "auto",
  });
  if (former) response.redirect({ method: toMethod(former.method) }, former.url);
  else record(response, actionUrl);
  return response.toString();
}

/** Records the rest of a call in which no code was understood. */
export function recordOn(actionUrl: string): string {
  const response = new twilio.twiml.VoiceResponse();
  record(response, actionUrl);
  return response.toString();
}

function record(response: InstanceType<typeof twilio.twiml.VoiceResponse>, url: string): void {
  response.record({
    action: url,
    method: "POST",
    maxLength: RECORD_SECONDS,
    playBeep: false,
    transcribe: true,
    transcribeCallback: url,
  });
}

function toMethod(method: string): "GET" | "POST" {
  return method === "GET" ? "GET" : "POST";
}
