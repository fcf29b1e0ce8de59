import { complain } from "./printing.ts";

/** Runs a command and gives the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(words: readonly string[]): Promise<number> {
  // Who reads only the first lines (`| head`) closes the pipe: no fault of anybody's.
  process.stdout.on("error", () => undefined);
  try {
    // The server does without the parser of the other commands: it stays in memory for months.
    if (words.length === 0 || (words.length === 1 && words[0] === "serve")) {
      const { serve } = await import("./serve.ts");
      await serve();
      return 0;
    }
    if (words.length === 2 && words[0] === "serve" && words[1] === "--embed") {
      const { serveEmbedded } = await import("./embed.ts");
      await serveEmbedded();
      return 0;
    }
    // Started by a server for itself: it comes with a channel to that.
    if (words.length === 1 && words[0] === "worker" && process.send !== undefined) {
      const { work } = await import("./worker.ts");
      return await work();
    }
    const { runProgram } = await import("./program.ts");
    return await runProgram(words);
  } catch (error) {
    const { exitCodeOf, sentenceOf } = await import("./failure.ts");
    const { Told } = await import("./outcome.ts");
    if (error instanceof Told) return exitCodeOf(error);
    complain(sentenceOf(error));
    if (process.env.POSTERN_LOG_LEVEL === "debug" && error instanceof Error) complain(error.stack ?? "no stack");
    return exitCodeOf(error);
  }
}
