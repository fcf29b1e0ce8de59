import { afterAll, beforeAll, expect, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import { paths } from "../../src/http/paths.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});

test("9700-4.2.4-referrer: the API reference shows its operations, loads nothing from elsewhere and breaks no policy", async () => {
  const page = await newPage();
  const faults: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(server.address + paths.docs);
  await page.getByText("Token endpoint", { exact: true }).waitFor();
  await page.getByText("Introspection endpoint", { exact: true }).click();
  await page.locator("option[value='application/x-www-form-urlencoded']").first().waitFor({ state: "attached" });
  expect(faults).toEqual([]);
  expect(asked.filter((address) => !address.startsWith(`${server.address}/`) && !address.startsWith("data:"))).toEqual(
    [],
  );
}, 60_000);

test("the API reference is dark for who wants it dark, and follows them", async () => {
  const page = await newPage({ colorScheme: "dark" });
  await page.goto(server.address + paths.docs);
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const lightness = async () => Math.max(...((await ground()).match(/\d+/g) ?? ["255"]).slice(0, 3).map(Number));
  expect(await lightness()).toBeLessThan(80);
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForFunction(() => !document.documentElement.classList.contains("dark-mode"));
}, 60_000);

for (const colorScheme of ["light", "dark"] as const) {
  test(`the API reference is accessible, opened, in ${colorScheme}`, async () => {
    const page = await newPage({ colorScheme });
    await page.goto(server.address + paths.docs);
    for (const method of ["get", "post", "put", "patch", "delete"]) {
      await page.locator(`.opblock-${method} .opblock-summary-control`).first().click();
      await page.locator(`.opblock-${method} .opblock-body`).first().waitFor();
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  }, 120_000);
}
