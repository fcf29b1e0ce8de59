import type { Store } from "../../../src/store/store.ts";

/** Declares a test over an empty store of its own. */
export type Holds = (title: string, check: (store: Store) => Promise<void>) => void;
