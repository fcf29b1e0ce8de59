import type { AnyElysia } from "elysia";
import type { Listen } from "../config/address.ts";
import type { Context } from "../context.ts";
import type { Tracing } from "../events/tracing.ts";
import { isDeclaredTooLarge, tooLarge } from "../http/body.ts";
import { comesFrom, isTrustedProxy, peerAddress } from "../http/client-address.ts";
import { basePathOf, pathBelow } from "../http/paths.ts";
import { strictTransport } from "../http/respond.ts";
import type { Answer } from "./bind.ts";
import { endpointNames, pathOf } from "./endpoint-names.ts";
import { errorResponse } from "./error-response.ts";
import { hostCheck } from "./host-check.ts";
import type { Handlers } from "./listener.ts";
import { observed } from "./observed.ts";

/** RFC 9110 §15.5.20. */
const misdirected = () =>
  Response.json(
    { error: "invalid_request", error_description: "this server does not go by that name: see POSTERN_ISSUER" },
    { status: 421, headers: { "cache-control": "no-store" } },
  );

/** Requests of ours, and who answers them instead of the app, and tells of them. What that throws is answered here. */
export type Passing = (request: Request, listen: Listen) => Promise<Response> | undefined;

/**
 * How an app answers at the addresses that are listened on.
 *
 * @param passing asked first of each request that goes by one of our names
 */
export function answering(
  context: Context,
  app: AnyElysia,
  tracing: Tracing | undefined,
  passing?: Passing,
): Handlers & { readonly endpointOf: (path: string) => string | undefined } {
  app.compile();
  const basePath = basePathOf(context.config.issuer);
  const endpointOf = endpointNames(app.routes, basePath);
  const observedBy = { context, tracing, endpointOf, peer: () => app.server };
  const transport = Object.entries(strictTransport(context.config));
  /** Of what the app never sees, with what it puts on every answer of its own. */
  const refused = async (request: Request, error: unknown): Promise<Response> => {
    const path = pathBelow(basePath, pathOf(request.url));
    const response = await errorResponse(context, request, app.server, path, error);
    for (const [name, value] of transport) response.headers.set(name, value);
    return response;
  };
  const answer: Answer = (request) =>
    isDeclaredTooLarge(request)
      ? refused(request, tooLarge(isTrustedProxy(context, peerAddress(request, app.server))))
      : app.fetch(request);
  return {
    endpointOf,
    changed: (server) => {
      app.server = server;
    },
    answerAt: (listen) => {
      const isOurs = hostCheck(context.config.issuer, listen);
      const answerOurs = observed(observedBy, (request) =>
        isOurs(request.headers.get("host")) ? answer(request) : misdirected(),
      );
      if (listen.kind === "unix")
        return (request) => {
          comesFrom(request, { address: "unix" });
          return answerOurs(request);
        };
      if (passing === undefined) return answerOurs;
      return (request) => {
        const passed = isOurs(request.headers.get("host")) ? passing(request, listen) : undefined;
        return (
          passed?.catch((error: unknown) => observed(observedBy, () => refused(request, error))(request)) ??
          answerOurs(request)
        );
      };
    },
  };
}
