import { describe, expect, test } from "bun:test";
import { judgeAddress, judgeProtocol, type Sights } from "../../../src/cli/doctor/proxy.ts";
import type { Sight } from "../../../src/model/sight.ts";

const config = { issuer: "https://sso.example", trustedProxies: ["127.0.0.1/32"] };

interface Seen {
  readonly trusted?: boolean;
  readonly client?: string;
  readonly protocol?: Sight["client"]["protocol"];
  readonly forwardedFor?: string | null;
}

/** A sight through a proxy on this machine that does everything right, but for the changes. */
const sight = ({ trusted = true, client = "192.168.1.5", protocol = "https", forwardedFor = client }: Seen): Sight => ({
  peer: { address: "127.0.0.1", port: 40_000, trusted },
  client: { address: client, protocol },
  headers: { "x-forwarded-for": forwardedFor, "x-forwarded-proto": protocol, forwarded: null },
});

const through = (plain: Seen, claiming: Seen = plain): Sights => ({
  plain: sight(plain),
  claiming: sight(claiming),
  from: "192.168.1.5",
  isDirect: false,
});

const judged = (sights: Sights, settings = config) => ({
  https: judgeProtocol(settings, sights),
  address: judgeAddress(settings, sights),
});

describe("what the server sees through a proxy", () => {
  test("is ok where the proxy is trusted, says what it knows, and passes on no claims", () => {
    const { https, address } = judged(through({}));
    expect([https.status, address.status]).toEqual(["ok", "ok"]);
  });

  test("of a proxy that is not trusted is worth nothing, and the setting to make is named whole", () => {
    const { https, address } = judged(through({ trusted: false, client: "127.0.0.1", protocol: null }), {
      ...config,
      trustedProxies: ["10.0.0.2/32"],
    });
    expect([https.status, address.status]).toEqual(["failed", "failed"]);
    for (const { remedy } of [https, address])
      expect(remedy).toBe(
        "if that is your proxy, set POSTERN_TRUSTED_PROXIES=10.0.0.2/32,127.0.0.1 and restart the server",
      );
  });

  test("of a proxy that is trusted here and not in the server that runs asks for a restart", () => {
    const { https } = judged(through({ trusted: false, client: "127.0.0.1", protocol: null }));
    expect(https.remedy).toStartWith("restart the server");
  });

  test("fails where the proxy says nothing, or that it is http", () => {
    const silent = judged(through({ client: "127.0.0.1", protocol: null, forwardedFor: null }));
    expect(silent.https).toMatchObject({
      status: "failed",
      message: "the proxy does not say that requests come over https",
    });
    expect(silent.address).toMatchObject({
      status: "failed",
      message: "the proxy does not say where requests come from",
    });
    expect(judged(through({ protocol: "http" })).https.message).toStartWith(
      "the proxy says that requests come over http",
    );
  });

  test("fails where the proxy passes on what clients claim", () => {
    const { https, address } = judged(through({}, { client: "192.0.2.77", protocol: "http" }));
    expect([https.status, address.status]).toEqual(["failed", "failed"]);
    expect(address.message).toBe("the proxy passes on what clients claim: anybody can pretend to be any address");
  });

  test("is a warning where this machine itself counts as a proxy, unless it is the proxy's", () => {
    const added = through({}, { client: "192.0.2.77", forwardedFor: "192.0.2.77, 192.168.1.5" });
    expect(judged(added).address).toMatchObject({ status: "warning" });
    const local = through({ client: "127.0.0.1" }, { client: "192.0.2.77", forwardedFor: "192.0.2.77, 127.0.0.1" });
    expect(judged({ ...local, from: "127.0.0.1" }).address).toMatchObject({ status: "ok" });
  });

  test("is a warning where the address is another one than this machine has, as a router may translate it", () => {
    expect(judged(through({ client: "203.0.113.9" })).address).toMatchObject({ status: "warning" });
  });
});

describe("what the server sees without a proxy", () => {
  const direct = (claimed: string, from: string): Sights => ({
    ...through({ client: from }, { client: claimed }),
    from,
    isDirect: true,
  });

  test("is ok, and over plain http where the issuer is http", () => {
    const { https, address } = judged(direct("192.168.1.5", "192.168.1.5"), { ...config, issuer: "http://nas.local" });
    expect(https.message).toBe("no proxy is in between: Postern itself serves http");
    expect(address.status).toBe("ok");
  });

  test("is a warning where the whole network counts as a proxy; programs of this machine may", () => {
    expect(judged(direct("192.0.2.77", "192.168.1.5")).address.status).toBe("warning");
    expect(judged(direct("192.0.2.77", "127.0.0.1")).address.status).toBe("ok");
  });
});
