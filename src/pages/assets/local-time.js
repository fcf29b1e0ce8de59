// The server writes times in UTC. Here they become those of the reader's clock, in the language of the page.
const asLocal = new Intl.DateTimeFormat(document.documentElement.lang, {
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
