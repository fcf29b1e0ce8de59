import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { openapiEndpoint } from "../../src/endpoints/openapi.ts";
import { assetFiles } from "../../src/pages/assets.ts";

// Who asks for a long file and does not read it makes the server keep it: once, however many they are.

const config = loadConfig({ POSTERN_ISSUER: "https://sso.example" });
const long = () => new Uint8Array(400_000).fill(32);
const files = assetFiles({ config }, { type: "image/png", body: long() });
const document = openapiEndpoint(async () => ({ json: long(), etag: '"1"' }));

const paths = {
  "the operator's logo": () => files.handle(new Request("https://sso.example/assets/brand-logo")),
  "a large script": () => files.handle(new Request("https://sso.example/assets/known-passwords.js")),
  "the same one, compressed": () =>
    files.handle(
      new Request("https://sso.example/assets/known-passwords.js", { headers: { "accept-encoding": "gzip" } }),
    ),
  "the description of the API": () => document.handle(new Request("https://sso.example/docs/json")),
};

const resident = () => process.memoryUsage.rss() / 1024 / 1024;

for (const [what, ask] of Object.entries(paths))
  test(`HT-29: five hundred unread answers share ${what}`, async () => {
    expect((await (await ask()).bytes()).length).toBeGreaterThan(200_000);
    Bun.gc(true);
    const before = resident();
    const unread = await Promise.all(Array.from({ length: 500 }, ask));
    // A copy each would be 100 MiB and more.
    expect(resident() - before).toBeLessThan(40);
    expect(unread.every(({ ok, bodyUsed }) => ok && !bodyUsed)).toBe(true);
  });
