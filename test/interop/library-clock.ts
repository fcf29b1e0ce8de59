import { numericDate } from "../../src/time.ts";
import type { TestServer } from "../support/server.ts";

/**
 * How far a library's clock, which is the real one, is behind the server's: for the `clockSkew` that both libraries
 * have. Asked anew after each step of the server's clock.
 */
export const clockSkewTo = ({ context }: Pick<TestServer, "context">): number =>
  numericDate(context.clock.now()) - Math.floor(Date.now() / 1000);
