import type { Locale } from "../problems/locales.ts";

/** How what happened, and what comes next, is told to a person. */
export interface StoryTexts {
  /** Events of sessions and integrations; others are told by their name. */
  readonly events: Readonly<Record<string, string>>;
  readonly browser: string;
  readonly proofFailed: string;
  readonly step: string;
  readonly reason: string;
  /** What the service does next by itself. */
  readonly next: {
    readonly atWork: string;
    readonly nothing: string;
    readonly linked: string;
    readonly pending: (step: string) => string;
    readonly check: string;
  };
}

const en: StoryTexts = {
  events: {
    signup_session_created: "the link was made",
    signup_opened: "the customer started in a browser",
    released: "the owner took the session from its browser",
    revoked: "the owner revoked the link",
    cancelled: "the customer cancelled",
    failed: "the attempt failed",
    number_already_linked: "the number was linked elsewhere already",
    onboarding_callback_received: "the popup's result arrived",
    subaccount_created: "a subaccount was made",
    subaccount_adopted: "an existing subaccount was taken",
    number_moved: "the number was moved into the subaccount",
    sender_created: "the sender was made at Twilio",
    sender_adopted: "an existing sender was taken",
    sender_removed: "a sender was removed at Twilio",
    sender_status_changed: "Twilio shows another status of the sender",
    registration_retry_scheduled: "a try failed and will be repeated",
    registration_failed: "it ended in an error",
    integration_linked: "the number is linked",
    imported: "the number was brought in from an earlier service",
    integration_disconnected: "the number is disconnected",
    retry_requested: "another try was asked for",
    disconnect_requested: "the disconnect was asked for",
    code_requested: "a new one-time code was asked for",
    code_submitted: "a one-time code was handed to Twilio",
    ownership_conflict: "another owner has the number or the WABA",
  },
  browser: "the browser reported",
  proofFailed: "Meta's proof failed",
  step: "step",
  reason: "reason",
  next: {
    atWork: "a step is under way",
    nothing: "nothing by itself",
    linked: "the sender is looked at again",
    pending: (step) => `the step ${step} goes on`,
    check: "it is looked whether the sender works again",
  },
};

const es: StoryTexts = {
  events: {
    signup_session_created: "se creó el enlace",
    signup_opened: "el cliente empezó en un navegador",
    released: "el dueño soltó la sesión de su navegador",
    revoked: "el dueño revocó el enlace",
    cancelled: "el cliente canceló",
    failed: "el intento falló",
    number_already_linked: "el número ya estaba conectado en otro lugar",
    onboarding_callback_received: "llegó el resultado de la ventana",
    subaccount_created: "se creó una subcuenta",
    subaccount_adopted: "se tomó una subcuenta existente",
    number_moved: "el número pasó a la subcuenta",
    sender_created: "se creó el remitente en Twilio",
    sender_adopted: "se tomó un remitente existente",
    sender_removed: "se quitó un remitente en Twilio",
    sender_status_changed: "Twilio muestra otro estado del remitente",
    registration_retry_scheduled: "un intento falló y se repetirá",
    registration_failed: "terminó en un error",
    integration_linked: "el número está conectado",
    imported: "el número se trajo de un servicio anterior",
    integration_disconnected: "el número está desconectado",
    retry_requested: "se pidió otro intento",
    disconnect_requested: "se pidió desconectar",
    code_requested: "se pidió un código nuevo",
    code_submitted: "se entregó un código a Twilio",
    ownership_conflict: "otro dueño tiene el número o la WABA",
  },
  browser: "el navegador informó",
  proofFailed: "la prueba de Meta falló",
  step: "paso",
  reason: "motivo",
  next: {
    atWork: "un paso está en curso",
    nothing: "nada por sí solo",
    linked: "se vuelve a mirar el remitente",
    pending: (step) => `sigue el paso ${step}`,
    check: "se mira si el remitente vuelve a funcionar",
  },
};

const pt: StoryTexts = {
  events: {
    signup_session_created: "o link foi criado",
    signup_opened: "o cliente começou em um navegador",
    released: "o dono soltou a sessão do navegador",
    revoked: "o dono revogou o link",
    cancelled: "o cliente cancelou",
    failed: "a tentativa falhou",
    number_already_linked: "o número já estava conectado em outro lugar",
    onboarding_callback_received: "chegou o resultado da janela",
    subaccount_created: "uma subconta foi criada",
    subaccount_adopted: "uma subconta existente foi usada",
    number_moved: "o número passou para a subconta",
    sender_created: "o remetente foi criado na Twilio",
    sender_adopted: "um remetente existente foi usado",
    sender_removed: "um remetente foi removido na Twilio",
    sender_status_changed: "a Twilio mostra outro status do remetente",
    registration_retry_scheduled: "uma tentativa falhou e será repetida",
    registration_failed: "terminou em um erro",
    integration_linked: "o número está conectado",
    imported: "o número veio de um serviço anterior",
    integration_disconnected: "o número está desconectado",
    retry_requested: "outra tentativa foi pedida",
    disconnect_requested: "a desconexão foi pedida",
    code_requested: "um novo código foi pedido",
    code_submitted: "um código foi entregue à Twilio",
    ownership_conflict: "outro dono tem o número ou a WABA",
  },
  browser: "o navegador informou",
  proofFailed: "a prova da Meta falhou",
  step: "etapa",
  reason: "motivo",
  next: {
    atWork: "uma etapa está em andamento",
    nothing: "nada por si só",
    linked: "o remetente é olhado de novo",
    pending: (step) => `a etapa ${step} continua`,
    check: "olha-se se o remetente volta a funcionar",
  },
};

/** In each language. */
export const STORY_TEXTS: Readonly<Record<Locale, StoryTexts>> = { es, pt, en };
