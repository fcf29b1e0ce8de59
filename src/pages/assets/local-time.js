// The server writes times in UTC. Here they become those of the reader's clock, in the language of the page and, where the
// browser speaks it as some country does, in that country's way.
const { lang } = document.documentElement;
const asLocal = new Intl.DateTimeFormat(navigator.languages.find((spoken) => spoken.startsWith(lang)) ?? lang, {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
for (const moment of document.querySelectorAll("time[data-moment]")) {
  const at = new Date(moment.dateTime);
  if (!Number.isNaN(at.getTime())) moment.textContent = asLocal.format(at);
}
