import type { Locale } from "../../problems/locales.ts";

/** Before the start, where Meta will probably refuse; the time from which it will not stands after. */
export const QUOTA_TEXTS: Record<
  Locale,
  { title: string; onboardings: string; line: string; until: string }
> = {
  es: {
    title: "Quizás hoy no se pueda",
    onboardings:
      "Muchos negocios se están conectando estos días y Facebook solo admite cierto número por semana.",
    line: "Con este número se hicieron muchos intentos en tres días y WhatsApp quizás no acepte otro todavía.",
    until: "Puedes intentarlo ahora. Si no te dejan seguir, vuelve después de:",
  },
  pt: {
    title: "Talvez hoje não seja possível",
    onboardings:
      "Muitas empresas estão se conectando nestes dias e o Facebook só aceita um certo número por semana.",
    line: "Com este número foram feitas muitas tentativas em três dias e o WhatsApp talvez ainda não aceite outra.",
    until: "Você pode tentar agora. Se não deixarem você continuar, volte depois de:",
  },
  en: {
    title: "It may not work today",
    onboardings:
      "Many businesses are connecting these days, and Facebook lets in only so many a week.",
    line: "This number was tried many times in three days, and WhatsApp may not accept another try yet.",
    until: "You can try now. If you are not let through, come back after:",
  },
};
