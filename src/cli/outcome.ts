/** The command did not do what it was asked to: exit code 1. The message is one plain sentence. */
export class Failed extends Error {
  override readonly name = "Failed";
}

/** The words of the command do not go together: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}
