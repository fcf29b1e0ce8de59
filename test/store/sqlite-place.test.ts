import { expect, test } from "bun:test";
import { checkPlace, type JournalMode, leastFreeBytes } from "../../src/store/sqlite/place.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const ext4 = { type: 0xef53, bsize: 4096, blocks: 1_000_000, bfree: 500_000, bavail: 400_000 };
const refusal = (journal: JournalMode, found: Partial<typeof ext4>): string => {
  try {
    checkPlace(folder, journal, () => ({ ...ext4, ...found }));
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

test("a file system that other machines may share is refused by its kind, and never gets a write-ahead log", () => {
  const kinds = { NFS: 0x6969, SMB2: 0xfe534d42, CIFS: 0xff534d42 - 2 ** 32, "9p": 0x01021997, FUSE: 0x65735546 };
  for (const [name, type] of Object.entries(kinds)) {
    expect(refusal("wal", { type })).toContain(`(${name})`);
    expect(refusal("wal", { type })).toContain("POSTERN_DB_JOURNAL=rollback");
    expect(refusal("rollback", { type })).toBe("");
  }
  for (const type of [0xef53, 0x01021994, 0x9123683e, 0x58465342, 0x2fc12fc1, 0x794c7630])
    expect(refusal("wal", { type })).toBe("");
});

test("too little room is refused with both numbers, whatever the journal; what counts no blocks is not judged", () => {
  const blocks = Math.floor(leastFreeBytes / 4096) - 1;
  const few = { bfree: blocks, bavail: blocks };
  for (const journal of ["wal", "rollback"] as const) expect(refusal(journal, few)).toContain("1020 KiB are free");
  expect(refusal("wal", { bfree: blocks + 1, bavail: blocks + 1 })).toBe("");
  expect(refusal("wal", { ...few, blocks: 0 })).toBe("");
});
