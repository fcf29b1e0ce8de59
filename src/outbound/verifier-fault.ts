/** Why there is no answer. */
export type VerifierFaultKind = "timeout" | "unreachable" | "busy" | "failed" | "malformed";

/** What went wrong in asking. The detail is ours: never what the verifier has said. */
export class VerifierFault extends Error {
  override readonly name = "VerifierFault";
  readonly kind: VerifierFaultKind;
  readonly detail: string | undefined;

  constructor(
    kind: VerifierFaultKind,
    { detail, cause }: { readonly detail?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(detail === undefined ? kind : `${kind}: ${detail}`, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.detail = detail;
  }
}
