/**
 * The same text in memory of its own. Of a part of a text (`slice`, a match, a field of a form) the runtime makes a window on
 * the whole: whoever remembers the twenty characters of an id remembers all 64 KiB of the body that they came in.
 */
export const ownText = <Text extends string>(text: Text): Text => Buffer.from(text).toString() as Text;
