/** Why the server cannot listen, in one sentence for its operator. */
export class ListenFault extends Error {
  override readonly name = "ListenFault";
}
