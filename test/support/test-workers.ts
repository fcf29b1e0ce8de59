/** How many workers the servers of the tests have: `POSTERN_TEST_WORKERS=2 bun test test/protocol` runs every test with two. */
export const testWorkers = Number(process.env.POSTERN_TEST_WORKERS ?? 1);
