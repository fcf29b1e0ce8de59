import { housekeeping } from "../../src/server/housekeeping.ts";
import { type Duration, milliseconds, minutes } from "../../src/time.ts";
import type { TestServer } from "./server.ts";

/** What a server does once a minute, on the clock of the test. */
export interface Upkeep {
  /** Lets time pass, in steps that are no jumps. */
  during(length: Duration): Promise<void>;
  round(): Promise<void>;
}

const step = minutes(30);

/** The upkeep of a server that has just started; the server's own timer does not run in the time of a test. */
export function upkeepOf(server: Pick<TestServer, "context" | "advance">): Upkeep {
  const keeper = housekeeping(server.context);
  keeper.stop();
  return {
    round: keeper.round,
    during: async (length) => {
      for (let left = length; left > 0; left = milliseconds(left - step)) {
        server.advance(milliseconds(Math.min(left, step)));
        await keeper.round();
      }
    },
  };
}
