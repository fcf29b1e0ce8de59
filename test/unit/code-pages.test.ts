import { expect, test } from "bun:test";
import { unchangedMappings } from "../../src/server/code-pages.ts";

const mapping = (line: string, anonymous = 0, swap = 0) =>
  `${line}\nRss:                 100 kB\nAnonymous:           ${String(anonymous).padStart(4)} kB\nSwap:                ${String(swap).padStart(4)} kB\nVmFlags: rd ex mr mw me\n`;

test("what may be given back is of the file, not writable, and was never written: also where some of that is swapped out", () => {
  const smaps = [
    mapping("00200000-01a40000 r--p 00000000 fe:00 42                                 /usr/bin/postern"),
    mapping("01a40000-0684a000 r-xp 01838000 fe:00 42                                 /usr/bin/postern"),
    mapping("0684a000-0685f000 rw-p 06641000 fe:00 42                                 /usr/bin/postern"),
    mapping("0685f000-06867000 r--p 06656000 fe:00 42                                 /usr/bin/postern", 12),
    mapping("06867000-06868000 r--p 0665e000 fe:00 42                                 /usr/bin/postern", 0, 4),
    mapping("7f0000000000-7f0000100000 r-xp 00000000 fe:00 43                         /usr/lib/libc.so.6"),
    mapping("7f0000200000-7f0000300000 rwxp 00000000 00:00 0 "),
    mapping("7ffd00000000-7ffd00021000 r-xp 00000000 00:00 0                          [vdso]"),
  ].join("");
  expect(unchangedMappings(smaps, "/usr/bin/postern")).toEqual([
    { start: 0x200000, end: 0x1a40000 },
    { start: 0x1a40000, end: 0x684a000 },
  ]);
  expect(unchangedMappings(smaps, "/usr/bin/postern (deleted)")).toEqual([]);
  expect(unchangedMappings("", "/usr/bin/postern")).toEqual([]);
});

test.skipIf(process.platform !== "linux")("a process that has given back its code goes on, in less memory", () => {
  const script = `
    const { giveBackCode } = await import(${JSON.stringify(require.resolve("../../src/server/code-pages.ts"))});
    const resident = async () => Number(/^RssFile:\\s+(\\d+) kB$/m.exec(await Bun.file("/proc/self/status").text())[1]);
    const work = async () => [
      await Bun.password.verify("a", await Bun.password.hash("a", { algorithm: "argon2id", memoryCost: 64, timeCost: 2 })),
      new Bun.CryptoHasher("sha256").update("a").digest("hex").slice(0, 8),
      await (await fetch("data:,ok")).text(),
    ];
    const first = await work();
    const before = await resident();
    await giveBackCode();
    const after = await resident();
    console.log(JSON.stringify({ before, after, first, second: await work() }));`;
  const { stdout, exitCode } = Bun.spawnSync([process.execPath, "-e", script]);
  expect(exitCode).toBe(0);
  const { before, after, first, second } = JSON.parse(stdout.toString());
  expect(first).toEqual([true, "ca978112", "ok"]);
  expect(second).toEqual(first);
  expect(after).toBeLessThan(before * 0.75);
});
