const maxCharacters = 100;

/**
 * A name for people to read, without the spaces at its ends. `undefined` when it is empty, too long, or holds what
 * cannot be seen: control and format characters, line ends, characters that turn the direction of text around or take no
 * room. Nor may marks be heaped on a letter: they would run into the lines around it.
 *
 * @source RFC 7591 §2, §5; attack XS-02; Unicode Technical Standard 39 §5.4
 */
export function readDisplayName(text: string): string | undefined {
  const name = text.trim();
  const isVisible = name !== "" && name.isWellFormed() && !invisible.test(name) && !heapedMarks.test(name);
  return isVisible && [...name].length <= maxCharacters ? name : undefined;
}

/**
 * What is left of a name when all that a hasty reader passes over is taken away: case, accents, spaces, punctuation, and
 * which of two like letters it is. Two names that come to the same are taken for one another.
 *
 * @source RFC 7591 §5; Unicode Technical Standard 39 §4, of which this is the common part
 */
export function nameSkeleton(name: string): string {
  // Signs that are raised letters to NFKD, and nothing of a name.
  const folded = name.replace(/[™℠]/g, "").normalize("NFKD").toLowerCase().normalize("NFKD");
  const letters = [...folded.replace(/[^\p{Letter}\p{Number}|]/gu, "")].map(
    (letter) => lookalikes.get(letter) ?? letter,
  );
  return letters.length > 0 ? letters.join("").replaceAll("rn", "m").replaceAll("vv", "w") : folded;
}

/** Cyrillic, Greek and Armenian letters, small capitals, digits and strokes, by the Latin letter that they look like. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: "аαɑᴀ4",
    b: "ьвβƅʙ",
    c: "сϲᴄ",
    d: "ԁđᴅ",
    e: "еєε3ᴇ",
    g: "ɡցɢ",
    h: "һнηʜħ",
    i: "іιıl1|ӏɪʟłꞁ",
    j: "јϳᴊ",
    k: "кκᴋ",
    m: "мᴍ",
    n: "ոпɴ",
    o: "оοσօ0ᴏø",
    p: "рρᴘ",
    q: "ԛզ",
    r: "гʀ",
    s: "ѕ5ꜱ",
    t: "тτᴛŧ",
    u: "υսᴜ",
    v: "νѵᴠ",
    w: "ԝωաᴡ",
    x: "хχ",
    y: "уγүʏ",
    z: "ᴢ2",
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2800]/u;
const heapedMarks = /[\p{Mn}\p{Me}]{5,}/u;
