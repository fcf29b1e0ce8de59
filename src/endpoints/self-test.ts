import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { isSelfTestQuestion, selfTestHeader } from "../crypto/self-test.ts";
import { isTrustedProxy, originOf, peerOf } from "../http/client-address.ts";
import { paths } from "../http/paths.ts";
import { notStored } from "../http/respond.ts";
import type { Sight } from "../model/sight.ts";
import { OAuthError } from "../oauth-error.ts";

const header = t.Union([t.String(), t.Null()]);
const SightBody = t.Object({
  peer: t.Object({ address: t.String(), port: t.Union([t.Integer(), t.Null()]), trusted: t.Boolean() }),
  client: t.Object({ address: t.String(), protocol: t.Union([t.Literal("http"), t.Literal("https"), t.Null()]) }),
  headers: t.Object({ "x-forwarded-for": header, "x-forwarded-proto": header, forwarded: header }),
});

/** What the server sees of a request, for `postern doctor` on the same machine. For everybody else there is nothing here. */
export const selfTestEndpoint = (context: Pick<Context, "config" | "clock" | "keys">) =>
  new Elysia({ name: "self-test" }).get(
    paths.selfTest,
    ({ request, server, set }): Sight => {
      const question = request.headers.get(selfTestHeader) ?? "";
      if (!isSelfTestQuestion(context.keys.selfTestKey, question, context.clock.now()))
        throw new OAuthError("invalid_request", "there is nothing at this address", { status: 404 });
      const { address, port = null } = peerOf(request, server);
      const origin = originOf(context, request, server);
      Object.assign(set.headers, notStored);
      return {
        peer: { address, port, trusted: isTrustedProxy(context, address) },
        client: { address: origin.address, protocol: origin.protocol ?? null },
        headers: {
          "x-forwarded-for": request.headers.get("x-forwarded-for"),
          "x-forwarded-proto": request.headers.get("x-forwarded-proto"),
          forwarded: request.headers.get("forwarded"),
        },
      };
    },
    { response: { 200: SightBody }, detail: { hide: true } },
  );
