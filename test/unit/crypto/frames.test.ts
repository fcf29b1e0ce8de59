import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkedFraming, type Framing, sealedFraming } from "../../../src/crypto/frames.ts";
import { isAffordable, keyOfPassphrase, passphraseCost } from "../../../src/crypto/passphrase.ts";

const head = Buffer.from("the head");
const key = new Uint8Array(32).fill(7);
const framings: readonly (readonly [name: string, framing: Framing, other: Framing])[] = [
  ["sealed", sealedFraming(key, head), sealedFraming(key, Buffer.from("another head"))],
  ["checked", checkedFraming(head), checkedFraming(Buffer.from("another head"))],
];

for (const [name, framing, other] of framings) {
  test(`a ${name} frame opens to what it was made of, and to nothing when a bit of it was changed`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(7), (plain, position, bit) => {
        const place = { index: 3, isLast: false };
        const { body, proof } = framing.make(place, plain);
        expect(Buffer.from(framing.open(place, body, proof) ?? [])).toEqual(Buffer.from(plain));
        const whole = Buffer.concat([body, proof]);
        const at = position % whole.length;
        whole.writeUInt8(whole.readUInt8(at) ^ (1 << bit), at);
        expect(framing.open(place, whole.subarray(0, body.length), whole.subarray(body.length))).toBeUndefined();
      }),
    );
  });

  test(`a ${name} frame opens nowhere but in its place, of its file`, () => {
    const place = { index: 1, isLast: false };
    const { body, proof } = framing.make(place, Buffer.from("a piece of a database"));
    expect(framing.open({ index: 2, isLast: false }, body, proof)).toBeUndefined();
    expect(framing.open({ index: 1, isLast: true }, body, proof)).toBeUndefined();
    expect(other.open(place, body, proof)).toBeUndefined();
  });
}

test("a sealed frame does not open with another key, and shows nothing of what it holds", () => {
  const place = { index: 0, isLast: true };
  const plain = Buffer.from("the secret of the instance");
  const { body, proof } = sealedFraming(key, head).make(place, plain);
  expect(Buffer.from(body).includes("secret")).toBe(false);
  expect(sealedFraming(new Uint8Array(32).fill(8), head).open(place, body, proof)).toBeUndefined();
});

test("the key of a passphrase depends on all of it and on the salt, however its signs were typed", async () => {
  const keyOf = async (passphrase: string, salt = "salt") =>
    Buffer.from(await keyOfPassphrase(passphrase, Buffer.from(salt), { n: 2, r: 8, p: 1 })).toString("hex");
  const keys = [
    await keyOf("über alle Berge"),
    await keyOf("uber alle Berge"),
    await keyOf("über alle Berge", "pepper"),
  ];
  expect(new Set(keys).size).toBe(3);
  expect(await keyOf("u\u0308ber alle Berge")).toBe(keys[0] ?? "");
});

test("what a file asks of this machine is bounded", () => {
  expect(isAffordable(passphraseCost)).toBe(true);
  for (const [n, r, p] of [
    [2 ** 30, 8, 1],
    [2 ** 15, 8, 17],
    [2 ** 15, 2 ** 20, 1],
    [1, 8, 1],
    [1000, 8, 1],
    [-2, 8, 1],
    [2 ** 15, 0, 1],
    [2 ** 15, 8.5, 1],
  ] as const)
    expect([n, r, p, isAffordable({ n, r, p })]).toEqual([n, r, p, false]);
});
