/** The webhooks that a number points at while its codes are relayed. */
export const SMS_WEBHOOK_PATH = "/webhooks/twilio/sms";
export const VOICE_WEBHOOK_PATH = "/webhooks/twilio/voice";
export const TRANSCRIPTION_WEBHOOK_PATH = "/webhooks/twilio/voice/transcription";
