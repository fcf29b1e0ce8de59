/** The other processes of this server, where there are any (POSTERN_WORKERS). */
export interface Workers {
  /** Resolves when what they have counted and noted so far has come here; who does not answer is not waited for. */
  gather(): Promise<void>;
  /** How many answer requests. */
  serving(): number;
  /** Bytes of resident memory of all of them, as they told last. */
  memory(): number;
}
