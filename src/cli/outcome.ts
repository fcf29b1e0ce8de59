/** The command did not do what it was asked to: exit code 1. The message is one plain sentence. */
export class Failed extends Error {
  override readonly name = "Failed";
}

/** What went wrong has been said already, in the way that was agreed on with who started this: exit code 1 alone. */
export class Told extends Error {
  override readonly name = "Told";
}

/** The words of the command do not go together: exit code 2. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}
