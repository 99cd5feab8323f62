const DAY_MS = 86_400_000;
const CLOCK = { hour: "numeric", minute: "2-digit" } as const;

/**
 * Says a time as people do, in the customer's own time zone, which the server does not know: today
 * and tomorrow by these words, other days by their names.
 */
export function sayLocally(time: HTMLTimeElement): void {
  const { lang } = document.documentElement;
  const at = new Date(time.dateTime);
  const days = Math.round((midnight(at) - midnight(new Date())) / DAY_MS);
  time.textContent =
    days === 0 || days === 1
      ? `${new Intl.RelativeTimeFormat(lang, { numeric: "auto" }).format(days, "day")}, ${at.toLocaleTimeString(lang, CLOCK)}`
      : at.toLocaleString(lang, { weekday: "long", day: "numeric", month: "long", ...CLOCK });
}

function midnight(at: Date): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
