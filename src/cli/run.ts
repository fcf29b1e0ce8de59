/** Runs a command and gives the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function run(words: readonly string[]): Promise<number> {
  const { serve } = await import("./serve.ts");
  if (words.length > 1) return 2;
  return serve(process.env);
}
