// Two hundred wrong passwords at once, and again, until it is stopped: bun test/bench/flooder.ts ADDRESS PATH. Says on its
// standard output what they were answered.
import { filled, openForm } from "./scenarios/sign-in.ts";

const atOnce = 200;
/** Milliseconds: as long as it takes to answer a line of them. */
const pause = 3000;

const [address = "", path = ""] = process.argv.slice(2);
const forms = await Promise.all(Array.from({ length: atOnce }, () => openForm({ address }, path)));
const answers: Record<string, number> = {};
/** Others than those of a flood before: who has failed there would have to wait. */
let strangers = Math.floor(Math.random() * 2 ** 23);
let isOver = false;
process.on("SIGTERM", () => {
  isOver = true;
});
process.stdout.write("\n");

// To its last answer: what is measured next is to find no hash of these.
while (!isOver) await Promise.all([...forms.map(tryPassword), Bun.sleep(pause)]);
process.stdout.write(JSON.stringify(answers));

/** Each with another name and from another network, so that no limit takes the work from the hash. */
async function tryPassword(form: (typeof forms)[number]): Promise<void> {
  const number = ++strangers;
  const { status } = await fetch(address + path, {
    method: "POST",
    redirect: "manual",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: form.cookie,
      "x-forwarded-for": `${11 + ((number >> 16) & 127)}.${(number >> 8) & 255}.${number & 255}.1`,
    },
    body: filled(form, `nobody${number}`, "wrong"),
  });
  answers[status] = (answers[status] ?? 0) + 1;
}
