/** Why the server cannot listen, in one sentence for its operator. */
export class ListenFault extends Error {
  override readonly name = "ListenFault";
}

/** The certificate, or its key, is not what TLS can be served with. */
export class CertificateFault extends ListenFault {}
