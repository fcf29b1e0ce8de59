/** There is more to do than the machine can: come back in so many seconds. */
export class PasswordsBusy extends Error {
  override readonly name = "PasswordsBusy";
  readonly seconds: number;

  constructor(seconds: number) {
    super("too many passwords are being checked");
    this.seconds = seconds;
  }
}

/** Who waits behind themselves. */
export interface Lane {
  readonly name: string;
  /** Someone who cannot be made up. */
  readonly isKnown: boolean;
}

type InTurn = <Result>(lane: Lane, work: () => Promise<Result>) => Promise<Result>;

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (reason: PasswordsBusy) => void;
}

/** Milliseconds that somebody waits at most before their turn: a browser shows nothing meanwhile. */
const patience = 3000;
/** Before the first one was timed. */
const firstGuess = 200;
/** However slow the machine: a household at once. The connection of who waits is closed after ten seconds. */
const fewestWaiting = 16;
const mostWaiting = 100;

/**
 * Does so much at once and lets a few wait: as many as have their turn within three seconds, by how long the last ones took.
 * Those who wait take turns by lane, and when the line is full the longest lane gives up its last place: whoever floods it
 * stands behind themselves, and somebody from elsewhere is served next. Strangers who come from everywhere fill it with a
 * lane for each of them: they give way to whoever is known.
 *
 * The work throws `PasswordsBusy` where there is no place.
 */
export function fairLine(atOnce: number): InTurn {
  /** In the order of their next turn, by their names. */
  const lanes = new Map<string, { readonly isKnown: boolean; readonly places: Waiting[] }>();
  let waiting = 0;
  let running = 0;
  let usual = firstGuess;

  const places = () => Math.min(mostWaiting, Math.max(fewestWaiting, Math.floor((patience * atOnce) / usual)));
  const busy = () => new PasswordsBusy(Math.max(1, Math.ceil(((waiting + 1) * usual) / atOnce / 1000)));

  /** A stranger's counts as one more: of two that are equally long it gives way. */
  const lengthOf = (places: number, isKnown: boolean): number => (isKnown ? places : places + 1);

  /** Makes a place for somebody of a shorter lane. */
  const giveUpFor = ({ name, isKnown }: Lane): boolean => {
    let longest: Waiting[] = [];
    let length = 0;
    for (const lane of lanes.values()) {
      const its = lengthOf(lane.places.length, lane.isKnown);
      if (its > length) [longest, length] = [lane.places, its];
    }
    // With the one who comes. Of two of a kind that are equally long neither gives way.
    if (length <= lengthOf((lanes.get(name)?.places.length ?? 0) + 1, isKnown)) return false;
    longest.pop()?.refuse(busy());
    waiting -= 1;
    return true;
  };

  const turn = (lane: Lane): Promise<void> => {
    if (waiting >= places() && !giveUpFor(lane)) throw busy();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const place = { begin: resolve, refuse: reject };
    const before = lanes.get(lane.name);
    if (before === undefined) lanes.set(lane.name, { isKnown: lane.isKnown, places: [place] });
    else before.places.push(place);
    waiting += 1;
    return promise;
  };

  const next = (): Waiting | undefined => {
    for (const [name, { isKnown, places }] of lanes) {
      lanes.delete(name);
      const [first, ...others] = places;
      if (first === undefined) continue;
      if (others.length > 0) lanes.set(name, { isKnown, places: others });
      waiting -= 1;
      return first;
    }
    return undefined;
  };

  return async (lane, work) => {
    if (running < atOnce) running += 1;
    else await turn(lane);
    const since = performance.now();
    try {
      return await work();
    } finally {
      usual = 0.8 * usual + 0.2 * (performance.now() - since);
      // Hands its own place on.
      const following = next();
      if (following === undefined) running -= 1;
      else following.begin();
    }
  };
}
