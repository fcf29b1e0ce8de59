import { expect, test } from "bun:test";
import { availableParallelism } from "node:os";
import { checkWorkers } from "../../../src/cli/doctor/machine.ts";

test("workers are well as long as there are processors for them", () => {
  expect(checkWorkers(1).status).toBe("ok");
  expect(checkWorkers(availableParallelism()).status).toBe("ok");
  const beyond = checkWorkers(availableParallelism() + 1);
  expect(beyond).toMatchObject({ check: "workers", status: "warning" });
  expect(beyond.remedy).toContain("POSTERN_WORKERS=auto");
});
