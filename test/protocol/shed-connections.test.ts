import { expect, test } from "bun:test";
import { parseListen } from "../../src/config/address.ts";
import { startListener } from "../../src/server/listener.ts";
import { seconds } from "../../src/time.ts";

test("HT-29: when all connections are ended, what is under way is answered first, and new ones are taken", async () => {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const listener = await startListener(
    { listen: [parseListen("127.0.0.1:0")], tls: undefined, drainTimeout: seconds(1) },
    {
      answerAt: () => async (request) => {
        if (request.url.endsWith("/slow")) {
          begun.resolve();
          await release.promise;
        }
        return new Response("done");
      },
      changed: () => undefined,
    },
  );
  const address = `http://${listener.addresses[0]}`;
  const slow = fetch(`${address}/slow`);
  await begun.promise;

  const shed = listener.shed();
  release.resolve();
  expect(await (await slow).text()).toBe("done");
  await shed;
  expect((await fetch(`${address}/quick`)).status).toBe(200);
  await listener.stop();
  // A server that has ended takes no address again.
  await listener.shed();
  expect(await fetch(address).catch(() => "refused")).toBe("refused");
});
