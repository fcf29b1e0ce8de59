import { expect, test } from "bun:test";
import { unzipSync } from "fflate";
import { parseTarGzip } from "nanotar";
import { tarball, zip } from "../../.ci/release/archive.ts";

const entries = [
  { path: "postern-1/postern", bytes: new TextEncoder().encode("program"), isExecutable: true },
  { path: "postern-1/LICENSE", bytes: new TextEncoder().encode("text") },
];
const time = Date.UTC(2030, 0, 2, 3, 4, 6) / 1000;

test("an archive holds its files with their rights and the time that was given", async () => {
  const files = await parseTarGzip(tarball(entries, time));
  expect(files.map(({ name, text, attrs }) => [name, text, attrs?.mode?.replace(/^0+|\0/g, ""), attrs?.mtime])).toEqual(
    [
      ["postern-1/postern", "program", "755", time],
      ["postern-1/LICENSE", "text", "644", time],
    ],
  );
  const zipped = unzipSync(zip(entries, time));
  expect(Object.keys(zipped)).toEqual(entries.map(({ path }) => path));
  expect(zipped["postern-1/postern"]).toEqual(entries[0]?.bytes);
});

// bun test itself sets TZ to UTC.
test("the same files and time make the same archive, whatever the zone", () => {
  const zones = ["UTC", "Asia/Tokyo"].map((zone) => {
    process.env.TZ = zone;
    return [tarball(entries, time), zip(entries, time)];
  });
  process.env.TZ = "UTC";
  expect(zones[0]).toEqual(zones[1]);
});
