/** Tells whoever waits how far it is. */
export type Say = (line: string) => void;
