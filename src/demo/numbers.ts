/** The number of the onboarding that the demo goes through by itself. */
export const FIRST_NUMBER = "+5511987654321";

/** A number on the SaaS's page and what the simulator does with it (simulator/twilio/scenarios.ts). */
export interface DemoNumber {
  phoneNumber: string;
  label: string;
}

/** What a person can choose; how Meta's popup ends is chosen in the popup. */
export const DEMO_NUMBERS: readonly DemoNumber[] = [
  { phoneNumber: "+5511912340001", label: "Todo sale bien" },
  { phoneNumber: "+5511912349902", label: "Twilio pide un código (123456)" },
  { phoneNumber: "+5511912349905", label: "Fuera de línea 10 s, después en línea" },
  { phoneNumber: "+5511912349911", label: "Meta tarda en compartir la cuenta" },
  { phoneNumber: "+5511912349915", label: "Twilio falla tres veces (503)" },
  { phoneNumber: "+5511912349906", label: "Revisión de Twilio, larga" },
  { phoneNumber: "+5511912349904", label: "Queda fuera de línea (63111)" },
  { phoneNumber: "+5511912349913", label: "El número ya usa WhatsApp (63110)" },
  { phoneNumber: "+5511912349914", label: "Nombre rechazado (63124)" },
  { phoneNumber: "+5511912349909", label: "Se pierde un minuto después" },
];

/** All numbers that the SaaS has assigned to its customer. */
export const ASSIGNED_NUMBERS: readonly string[] = [
  FIRST_NUMBER,
  ...DEMO_NUMBERS.map(({ phoneNumber }) => phoneNumber),
];
