import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { formEndpoints, formText, post, refusalOf } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";
import { startWithPrograms } from "../support/starting-points.ts";

let server: TestServer;
let machine: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  ({ server, machine, resourceServer } = await startWithPrograms());
});
afterAll(() => server.stop());

const form = "application/x-www-form-urlencoded";
/** A token request of the machine, its credentials in the body, with these parameters after them. */
const fields = (more: Readonly<Record<string, string>> = {}) =>
  formText({ grant_type: "client_credentials", client_id: machine.id, client_secret: machine.secret, ...more });
const token = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  post(server, paths.token, body, headers);

describe("content types", () => {
  test("G-01-form-type: a form is parsed whatever the letter case of its type, with the charset utf-8 or none", async () => {
    for (const type of [
      form,
      "Application/X-WWW-Form-URLEncoded",
      `${form};charset=utf-8`,
      `${form}; charset="UTF-8"`,
      `${form}; x=y`,
    ]) {
      expect([type, (await token(fields(), { "content-type": type })).status]).toEqual([type, 200]);
    }
  });

  test("G-02-wrong-type, HT-01: JSON, multipart, text and an untyped body are invalid_request at every form endpoint", async () => {
    const multipart = new FormData();
    for (const [name, value] of new URLSearchParams(fields())) multipart.append(name, value);
    const bodies: readonly RequestInit[] = [
      {
        body: JSON.stringify(Object.fromEntries(new URLSearchParams(fields()))),
        headers: { "content-type": "application/json" },
      },
      { body: multipart },
      { body: fields(), headers: { "content-type": "text/plain" } },
      { body: fields(), headers: { "content-type": `${form}x` } },
      { body: Buffer.from(fields()) },
      {},
    ];
    for (const path of formEndpoints) {
      for (const init of bodies)
        expect(await refusalOf(fetch(server.address + path, { method: "POST", ...init }))).toBe("400 invalid_request");
    }
  });

  test("G-03-charset, HT-02: another charset is invalid_request", async () => {
    for (const charset of ["iso-8859-1", "utf-16", "us-ascii", '"latin1"']) {
      expect(await refusalOf(token(fields(), { "content-type": `${form}; charset=${charset}` }))).toBe(
        "400 invalid_request",
      );
    }
  });

  test("HT-12: a compressed body is not opened", async () => {
    const body = Bun.gzipSync(Buffer.from(fields({ filling: "x".repeat(30_000) })));
    const answer = fetch(server.address + paths.token, {
      method: "POST",
      body,
      headers: { "content-type": form, "content-encoding": "gzip" },
    });
    expect(await refusalOf(answer)).toBe("400 invalid_request");
  });

  test("G-14-json-type, HT-26: answers are exactly application/json, whatever the request accepts or asks to leave out", async () => {
    const odd = {
      accept: "text/csv",
      range: "bytes=0-3",
      "if-modified-since": "Thu, 01 Jan 2032 00:00:00 GMT",
      "if-none-match": "*",
    };
    const answers = [
      await token(fields(), odd),
      await token("", odd),
      await post(server, paths.introspection, { token: "x" }, { ...odd, authorization: resourceServer.basic }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
    for (const answer of answers) {
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(Buffer.from(await answer.arrayBuffer()).toString("latin1")).toStartWith("{");
    }
  });
});

describe("parameters", () => {
  test("G-03-charset: names and values are percent-decoded as UTF-8, plus as space", async () => {
    const odd = await createClient(
      server,
      { grant_types: ["client_credentials"] },
      { secret: " %&+£€ as it stands in RFC 6749 App. B" },
    );
    const encoded = `grant_type=client_credentials&client%5Fid=${odd.id}&client_secret=+%25%26%2B%C2%A3%E2%82%AC+as+it+stands+in+RFC+6749+App.+B`;
    expect((await token(encoded)).status).toBe(200);
  });

  test("G-04-bad-encoding, HT-23, HT-24: broken escapes, bytes that are no UTF-8 and control characters are refused, never repaired", async () => {
    for (const bad of [
      "%",
      "%z",
      "%zz",
      "%u0041",
      "%ff%fe",
      "%c0%af",
      "%ed%a0%80",
      "a%00b",
      "%0d%0aX-Injected:1",
      "%7f",
      "a%1fb",
    ]) {
      expect([bad, await refusalOf(token(`${fields()}&code=${bad}`))]).toEqual([bad, "400 invalid_request"]);
      expect([
        bad,
        await refusalOf(post(server, paths.introspection, `token=${bad}`, { authorization: resourceServer.basic })),
      ]).toEqual([bad, "400 invalid_request"]);
      // Nobody reads what nobody knows.
      expect([bad, (await token(`${fields()}&unknown=${bad}`)).status]).toEqual([bad, 200]);
    }
  });

  test("G-05-dup, HT-03: a recognised parameter sent twice is invalid_request, equal or empty though it be", async () => {
    for (const twice of [
      "grant_type=client_credentials",
      `client_id=${machine.id}`,
      "scope=mail.read&scope=mail.read",
      "scope=&scope=mail.read",
      "code=&code=",
    ]) {
      expect([twice, await refusalOf(token(`${fields()}&${twice}`))]).toEqual([twice, "400 invalid_request"]);
    }
    expect(await refusalOf(post(server, paths.revocation, `token=x&token=x&client_id=${machine.id}`))).toBe(
      "400 invalid_request",
    );
    expect((await token(`${fields()}&SCOPE=openid&Scope=openid`)).status).toBe(200);
  });

  test("G-06-dup-unknown, 2.1-dup, HT-04: repeating what nobody knows does no harm", async () => {
    expect((await token(`${fields()}&foo=1&foo=2&foo=`)).status).toBe(200);
  });

  test("G-07-empty: an empty value counts as absent", async () => {
    expect((await token(`${fields()}&scope=&code=&client_assertion=&resource=`)).status).toBe(200);
    expect(await refusalOf(token(`grant_type=&client_id=${machine.id}&client_secret=${machine.secret}`))).toBe(
      "400 invalid_request",
    );
    expect(await refusalOf(token(`grant_type=client_credentials&client_id=${machine.id}&client_secret=`))).toBe(
      "401 invalid_client",
    );
  });

  test("G-08-unknown, HT-05, HT-06: unknown names are ignored, those that look like others or like members of objects too", async () => {
    const strange = [
      "foo=bar",
      "__proto__=1",
      "__proto__[isAdmin]=1",
      "constructor[prototype][x]=1",
      "hasOwnProperty=1",
      "toString=1",
      "scope[]=openid",
      "scope.x=openid",
      "_method=DELETE",
    ];
    for (const one of strange) expect([one, (await token(`${fields()}&${one}`)).status]).toEqual([one, 200]);
    expect((await token(fields())).status).toBe(200);
    expect("isAdmin" in {}).toBe(false);
    for (const name of ["client_id[]", "client_id[0]", "client_id.x", "CLIENT_ID"]) {
      const body = formText({ grant_type: "client_credentials", [name]: machine.id, client_secret: machine.secret });
      expect([name, await refusalOf(token(body))]).toEqual([name, "401 invalid_client"]);
    }
  });

  test("G-09-query-on-post, RT-15: a recognised name in the query is invalid_request, another is ignored", async () => {
    for (const path of formEndpoints) {
      expect(
        await refusalOf(post(server, `${path}?client_id=${machine.id}`, "", { authorization: machine.basic })),
      ).toBe("400 invalid_request");
    }
    for (const query of ["grant_type=client_credentials", "client_secret=x", "scope=", "%73cope=x"]) {
      const answer = await post(server, `${paths.token}?${query}`, fields());
      expect([query, answer.status]).toEqual([query, query === "scope=" ? 200 : 400]);
    }
    expect((await post(server, `${paths.token}?trace=1`, fields())).status).toBe(200);
  });

  test("HT-10: over a hundred parameters or a name over 128 bytes is invalid_request", async () => {
    const filling = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=1`).join("&");
    expect((await token(`${fields()}&${filling(97)}`)).status).toBe(200);
    expect(await refusalOf(token(`${fields()}&${filling(98)}`))).toBe("400 invalid_request");
    expect(await refusalOf(token(`${fields()}&${"&a".repeat(10_000)}`))).toBe("400 invalid_request");
    expect(await refusalOf(token(`${fields()}&${"n".repeat(129)}=1`))).toBe("400 invalid_request");
  });

  test("a parameter over its length is invalid_request, and is not repeated in the answer", async () => {
    const long = "z".repeat(5000);
    const answer = await token(fields({ scope: long }));
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain("zzzz");
    expect(server.logged.join("")).not.toContain("zzzz");
  });

  test("G-25-compare: identifiers are compared as they are, with no folding or tolerance", async () => {
    for (const id of [
      machine.id.toUpperCase(),
      `${machine.id}/`,
      ` ${machine.id}`,
      machine.id.normalize("NFKD").replace(/^./, "%41"),
    ]) {
      if (id === machine.id) continue;
      const body = formText({ grant_type: "client_credentials", client_id: id, client_secret: machine.secret });
      expect(await refusalOf(token(body))).toBe("401 invalid_client");
    }
    expect(await refusalOf(token(fields({ scope: "Mail.Read" })))).toBe("400 invalid_scope");
  });
});
