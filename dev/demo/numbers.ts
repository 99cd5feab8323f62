import type { Choice } from "./saas/pages.ts";

/** The number of the onboarding that the demo goes through by itself. */
export const FIRST_NUMBER = "+5511987654321";

/** What a person can choose; how Meta's popup ends is chosen in the popup. */
export const DEMO_NUMBERS: readonly Choice[] = [
  {
    phoneNumber: "+5511912340001",
    labels: {
      es: "Todo sale bien",
      pt: "Tudo dá certo",
      en: "All goes well",
    },
  },
  {
    phoneNumber: "+5511912349902",
    labels: {
      es: "Twilio pide un código (123456)",
      pt: "A Twilio pede um código (123456)",
      en: "Twilio asks for a code (123456)",
    },
  },
  {
    phoneNumber: "+5511912349905",
    labels: {
      es: "Fuera de línea 10 s, después en línea",
      pt: "Fora do ar por 10 s, depois no ar",
      en: "Offline for 10 s, then online",
    },
  },
  {
    phoneNumber: "+5511912349911",
    labels: {
      es: "Meta tarda en compartir la cuenta",
      pt: "A Meta demora a compartilhar a conta",
      en: "Meta takes its time to share the account",
    },
  },
  {
    phoneNumber: "+5511912349915",
    labels: {
      es: "Twilio falla tres veces (503)",
      pt: "A Twilio falha três vezes (503)",
      en: "Twilio fails three times (503)",
    },
  },
  {
    phoneNumber: "+5511912349906",
    labels: {
      es: "Revisión de Twilio, larga",
      pt: "Análise da Twilio, longa",
      en: "A long review by Twilio",
    },
  },
  {
    phoneNumber: "+5511912349904",
    labels: {
      es: "Queda fuera de línea (63111)",
      pt: "Fica fora do ar (63111)",
      en: "Stays offline (63111)",
    },
  },
  {
    phoneNumber: "+5511912349913",
    labels: {
      es: "El número ya usa WhatsApp (63110)",
      pt: "O número já usa o WhatsApp (63110)",
      en: "The number is on WhatsApp already (63110)",
    },
  },
  {
    phoneNumber: "+5511912349914",
    labels: {
      es: "Nombre rechazado (63124)",
      pt: "Nome recusado (63124)",
      en: "Name refused (63124)",
    },
  },
  {
    phoneNumber: "+5511912349909",
    labels: {
      es: "Se pierde un minuto después",
      pt: "Perde-se um minuto depois",
      en: "Lost a minute later",
    },
  },
];

/** All numbers that the SaaS has assigned to its customer. */
export const ASSIGNED_NUMBERS: readonly string[] = [
  FIRST_NUMBER,
  ...DEMO_NUMBERS.map(({ phoneNumber }) => phoneNumber),
];
