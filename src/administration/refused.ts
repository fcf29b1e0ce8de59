/** Why an operation was not done; endpoints choose their status by it, pages their words. */
export type Refusal =
  /** A value breaks a rule. */
  | "invalid"
  | "missing"
  | "taken"
  /** There is an administrator, so there cannot be a first one. */
  | "exists"
  | "last-administrator"
  /** The setup link is wrong, old, or used. */
  | "link"
  /** It is declared in POSTERN_CLIENTS_FILE or with `postern apply`, and changed only there. */
  | "declared"
  /** One of the host's own users: the host decides this. */
  | "from-host"
  /** Somebody else has changed it since it was looked at. */
  | "outdated";

/** An operation that was refused, in one sentence for the person who asked for it. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly refusal: Refusal;
  /** The member that is wrong, where one is: `username`, `password`, … */
  readonly member: string | undefined;

  constructor(refusal: Refusal, sentence: string, member?: string) {
    super(sentence);
    this.refusal = refusal;
    this.member = member;
  }
}
