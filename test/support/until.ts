/** Waits for something that another process does. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1500; tries++) {
    if (await isSo()) return;
    await Bun.sleep(10);
  }
  throw new Error("it did not happen within 15 seconds");
}
