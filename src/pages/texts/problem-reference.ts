import type { ProblemActor } from "../../problems/catalogue.ts";
import type { Locale } from "../../problems/locales.ts";

/** The page that explains a problem's code to developers and support. */
export interface ProblemReferenceTexts {
  readonly eyebrow: string;
  readonly happened: string;
  readonly actor: string;
  readonly actors: Readonly<Record<ProblemActor, string>>;
  readonly action: string;
  readonly again: string;
  readonly retryable: { readonly yes: string; readonly no: string };
  readonly status: string;
  readonly example: string;
  readonly operator: string;
  readonly unknown: { readonly title: string; readonly text: string };
  readonly all: string;
}

const es: ProblemReferenceTexts = {
  eyebrow: "Código de problema",
  happened: "Qué pasó",
  actor: "Quién actúa",
  actors: {
    caller: "Quien llama a la API",
    customer: "El cliente",
    operator: "Quien opera el servicio",
    twilio: "Twilio",
    meta: "Meta",
  },
  action: "Qué hacer",
  again: "Repetir",
  retryable: {
    yes: "La misma solicitud puede funcionar más tarde sin cambiar nada",
    no: "Repetir lo mismo no ayuda: antes alguien tiene que hacer algo",
  },
  status: "Estado HTTP, donde es la respuesta",
  example: "Ejemplo de respuesta",
  operator: "Cuando le toca a quien opera el servicio",
  unknown: {
    title: "Este código no existe",
    text: "Ningún problema de este servicio se llama así. La lista es:",
  },
  all: "Todos los códigos",
};

const pt: ProblemReferenceTexts = {
  eyebrow: "Código de problema",
  happened: "O que aconteceu",
  actor: "Quem age",
  actors: {
    caller: "Quem chama a API",
    customer: "O cliente",
    operator: "Quem opera o serviço",
    twilio: "Twilio",
    meta: "Meta",
  },
  action: "O que fazer",
  again: "Repetir",
  retryable: {
    yes: "A mesma solicitação pode funcionar mais tarde sem mudar nada",
    no: "Repetir o mesmo não ajuda: antes alguém precisa fazer algo",
  },
  status: "Status HTTP, onde é a resposta",
  example: "Exemplo de resposta",
  operator: "Quando cabe a quem opera o serviço",
  unknown: {
    title: "Este código não existe",
    text: "Nenhum problema deste serviço tem este nome. A lista é:",
  },
  all: "Todos os códigos",
};

const en: ProblemReferenceTexts = {
  eyebrow: "Problem code",
  happened: "What happened",
  actor: "Who acts",
  actors: {
    caller: "Whoever calls the API",
    customer: "The customer",
    operator: "Whoever runs the service",
    twilio: "Twilio",
    meta: "Meta",
  },
  action: "What to do",
  again: "Repeating it",
  retryable: {
    yes: "The same request can succeed later without any change",
    no: "Repeating the same does not help: somebody has to do something first",
  },
  status: "HTTP status, where it is the answer",
  example: "Example of an answer",
  operator: "When it is the operator's turn",
  unknown: {
    title: "There is no such code",
    text: "No problem of this service has this name. The list is:",
  },
  all: "All codes",
};

/** In each language. */
export const PROBLEM_REFERENCE_TEXTS: Readonly<Record<Locale, ProblemReferenceTexts>> = {
  es,
  pt,
  en,
};
