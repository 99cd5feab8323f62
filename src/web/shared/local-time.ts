/** Says a time in the customer's own time zone, which the server does not know. */
export function sayLocally(time: HTMLTimeElement): void {
  const { lang } = document.documentElement;
  const format = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
  time.textContent = format.format(new Date(time.dateTime));
}
