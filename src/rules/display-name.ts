const maxCharacters = 100;

/**
 * A name for people to read, without the spaces at its ends. `undefined` when it is empty, too long, or holds what
 * cannot be seen: control and format characters, line ends, characters that turn the direction of text around or take no
 * room.
 *
 * @source RFC 7591 §2, §5; attack XS-02
 */
export function readDisplayName(text: string): string | undefined {
  const name = text.trim();
  const isVisible = name !== "" && name.isWellFormed() && !invisible.test(name);
  return isVisible && [...name].length <= maxCharacters ? name : undefined;
}

/**
 * What is left of a name when all that a hasty reader passes over is taken away: case, accents, spaces, punctuation, and
 * which of two like letters it is. Two names that come to the same are taken for one another.
 *
 * @source RFC 7591 §5; Unicode Technical Standard 39 §4, of which this is the common part
 */
export function nameSkeleton(name: string): string {
  const folded = name.normalize("NFKD").toLowerCase().normalize("NFKD");
  const letters = [...folded.replace(/[^\p{Letter}\p{Number}|]/gu, "")].map(
    (letter) => lookalikes.get(letter) ?? letter,
  );
  return letters.length > 0 ? letters.join("") : folded;
}

/** Cyrillic, Greek and Armenian letters, digits and strokes, by the Latin letter that they look like. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: "аαɑ",
    b: "ьвβƅ",
    c: "сϲ",
    d: "ԁ",
    e: "еєε3",
    g: "ɡց",
    h: "һнη",
    i: "іιıl1|ӏ",
    j: "јϳ",
    k: "кκ",
    m: "м",
    n: "ոп",
    o: "оοσօ0",
    p: "рρ",
    q: "ԛզ",
    s: "ѕ5",
    t: "тτ",
    u: "υս",
    w: "ԝωա",
    x: "хχ",
    y: "уγү",
    z: "ᴢ2",
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2800]/u;
