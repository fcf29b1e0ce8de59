import { expect } from "bun:test";
import { asClientId } from "../../../src/brand.ts";
import { after, hours, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function assertionContract(holds: Holds): void {
  const [one, other] = [asClientId("one"), asClientId("other")];
  const expiresAt = after(a.start, minutes(5));

  holds("CA-15: an assertion is used once, and its jti is its client's own", async (store) => {
    expect(await store.assertions.use({ clientId: one, jti: "1", expiresAt })).toBe("fresh");
    expect(await store.assertions.use({ clientId: one, jti: "1", expiresAt: after(expiresAt, hours(1)) })).toBe(
      "replayed",
    );
    expect(await store.assertions.use({ clientId: one, jti: "2", expiresAt })).toBe("fresh");
    expect(await store.assertions.use({ clientId: other, jti: "1", expiresAt })).toBe("fresh");
  });

  holds("of two uses at once, one is fresh", async (store) => {
    const use = () => store.assertions.use({ clientId: one, jti: "1", expiresAt });
    expect(await Promise.all([use(), use()])).toEqual(["fresh", "replayed"]);
  });

  holds("sweeping a client's expired assertion leaves another's of the same jti alone", async (store) => {
    const longer = after(a.start, hours(48));
    await store.assertions.use({ clientId: one, jti: "1", expiresAt });
    await store.assertions.use({ clientId: other, jti: "1", expiresAt: longer });
    expect(await store.sweep({ now: after(expiresAt, hours(25)), limit: 10 })).toBe(1);
    expect(await store.assertions.use({ clientId: other, jti: "1", expiresAt: longer })).toBe("replayed");
    expect(await store.assertions.use({ clientId: one, jti: "1", expiresAt: longer })).toBe("fresh");
  });
}
