import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { paths } from "../../src/http/paths.ts";
import { found } from "../soak/town.ts";
import { approve, authorize, redeem } from "../support/authorization.ts";
import { type Box, newBox, type Served } from "../support/binary.ts";
import { answerParameters, TestBrowser } from "../support/browser.ts";
import { type ControlGroup, newControlGroup, whyNoControlGroup } from "../support/control-group.ts";
import { isActive, textOf } from "../support/requests.ts";

const missing = whyNoControlGroup();
const owner = { username: "owner", password: "correct horse battery staple" };

// It must be root to make the group, and the kernel must have the first version of them.
describe.skipIf(missing !== undefined)(
  `a quarter of a core and 128 MB of memory${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let group: ControlGroup;
    let box: Box;
    let server: Served;
    let at: { readonly address: string; readonly issuer: string };

    beforeAll(async () => {
      group = newControlGroup({ bytes: 128 * 1024 ** 2, cores: 0.25 });
      box = newBox({ through: group.through });
      at = { address: box.address, issuer: box.address };
      server = await box.start();
    });
    afterAll(async () => {
      await server.stop("SIGKILL");
      box.remove();
      await group.remove();
    });

    const signIn = async (password: string) => {
      const browser = new TestBrowser(at);
      const page = await browser.open(paths.account);
      return { browser, answer: await browser.signIn(page, { ...owner, password }) };
    };

    test("the owner sets it up and signs in, and an app gets tokens that a resource server checks", async () => {
      const first = new TestBrowser(at);
      const page = await first.get(readFileSync(box.path("setup-link"), "utf8").trim());
      const made = await first.submit(page, "setup", { fields: owner });
      expect([made.status, group.killed()]).toEqual([303, 0]);

      const { wiki, checker } = await found(box);
      const { browser } = await signIn(owner.password);
      const answer = await approve(browser, await authorize(browser, wiki), owner);
      const token = await textOf(redeem(at, wiki, answerParameters(answer).code ?? ""), "access_token");
      expect(await isActive(at, checker, token)).toBe(true);
    });

    test("a password costs what the group affords, and doctor says so", async () => {
      const database = new Database(box.path("postern.db"), { readonly: true });
      const hashes = database.query<{ password_hash: string }, []>("SELECT password_hash FROM users").all();
      database.close();
      expect(hashes.map(({ password_hash }) => password_hash.slice(0, 30))).toEqual(["$argon2id$v=19$m=12288,t=3,p=1"]);
      const { output } = await box.run("doctor", "--json");
      const findings: readonly { readonly check: string; readonly message: string }[] = JSON.parse(output);
      expect(findings.find(({ check }) => check === "memory")?.message).toStartWith(
        "for 128 MiB (the limit of the control group) and 25 % of a core argon2id takes 12 MiB and 3 passes, for one password at a time",
      );
    });

    test("under load, with forty wrong passwords at once among it, it serves on and is not killed", async () => {
      const { api, checker, person } = await found(box);
      await api();
      const somebody = await person();
      const { id, secret, basic } = checker;
      const asking = async () => {
        for (let asked = 0; asked < 40; asked++)
          expect(await isActive(at, { id, secret, basic }, "pst_at_x")).toBe(false);
      };
      const wrong = async () => (await signIn("wrong")).answer.status;
      const [statuses] = await Promise.all([
        Promise.all(Array.from({ length: 40 }, wrong)),
        ...Array.from({ length: 8 }, asking),
      ]);
      // Wrong, put off by the account's own wait, or by the line.
      expect(statuses.every((status) => [200, 429, 503].includes(status))).toBe(true);
      const later = new TestBrowser(at);
      const account = await later.follow(await later.signIn(await later.open(paths.account), somebody));
      expect([account.status, account.url.endsWith(paths.account)]).toEqual([200, true]);
      expect([group.killed(), (await fetch(`${box.address}${paths.healthz}`)).status]).toEqual([0, 200]);
    });
  },
);
