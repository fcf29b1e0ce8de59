import type { Context } from "../context.ts";
import type { Peer } from "../http/client-address.ts";
import { paths } from "../http/paths.ts";
import { sealAfterSignIn } from "../interaction/after-sign-in.ts";
import type { DevicePerson } from "../interaction/device.ts";
import type { Texts } from "../languages/door/en.ts";
import { atPage, goTo, textsOf, type Visit } from "./page-visit.ts";

/** Somebody who is signed in, at one of the device pages. */
export interface DeviceVisit extends Visit {
  readonly person: DevicePerson;
  readonly texts: Texts;
}

/** RFC 8628 §5.1: nobody gets to ask about a code before they have signed in. */
export const atDevicePage = (
  context: Context,
  request: Request,
  peer: Peer | null,
  answer: (visit: DeviceVisit) => Promise<Response>,
): Promise<Response> =>
  atPage(context, request, peer, async (visit) => {
    const { id, signedIn, origin } = visit.browser;
    if (signedIn === undefined)
      return goTo(visit, paths.signIn, { next: await sealAfterSignIn(context, { to: "device" }) });
    const person = { ...signedIn, browserId: id, address: origin.address, isLocal: origin.isLocal };
    return answer({ ...visit, person, texts: await textsOf(visit) });
  });

/** The sign-in page, for somebody else, which then leads back to the code. */
export const switchAccountUrl = async ({ context, basePath }: Visit): Promise<string> =>
  `${basePath}${paths.signIn}?next=${await sealAfterSignIn(context, { to: "device" })}`;
