import type { ProblemActor } from "./catalogue.ts";
import type { Locale } from "./locales.ts";

/** What the customer is told where somebody else has to act. */
const OTHERS = {
  es: {
    later: "Espera un minuto e intenta de nuevo.",
    page: "Vuelve a cargar la página. Si sigue igual, avisa a soporte.",
    team: "Nuestro equipo tiene que resolver esto. No tienes que hacer nada.",
    retrying: "Lo intentamos de nuevo por nuestra cuenta. No tienes que hacer nada.",
  },
  pt: {
    later: "Espere um minuto e tente de novo.",
    page: "Recarregue a página. Se continuar assim, avise o suporte.",
    team: "Nossa equipe precisa resolver isso. Você não precisa fazer nada.",
    retrying: "Estamos tentando de novo por conta própria. Você não precisa fazer nada.",
  },
  en: {
    later: "Wait a minute and try again.",
    page: "Reload the page. If that does not help, tell support.",
    team: "Our team has to solve this. There is nothing for you to do.",
    retrying: "We are trying again by ourselves. There is nothing for you to do.",
  },
} as const satisfies Record<Locale, Record<string, string>>;

/**
 * The sentence that the customer reads about a problem: what to do, where that is theirs, else who is
 * at it. What an operator or a developer has to do stands in `action` alone.
 */
export function customerAction(
  problem: { actor: ProblemActor; action: string; retryable: boolean },
  locale: Locale,
): string {
  const { later, page, team } = OTHERS[locale];
  if (problem.actor === "customer") return problem.action;
  if (problem.retryable) return later;
  // Another request than the page sends: an older page, or a program.
  return problem.actor === "caller" ? page : team;
}

/** The same while the service itself tries again: advice could only be wrong then. */
export function retryingAction(locale: Locale): string {
  return OTHERS[locale].retrying;
}
