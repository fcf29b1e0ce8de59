/** In characters (code points), and of one person. */
export const maxGroupNameLength = 64;
export const maxGroups = 50;

/**
 * The groups of a person, each once and without the spaces around it, in the order in which they were given. `undefined`
 * when there are too many, or one of them is empty, too long, or holds a space or what cannot be seen.
 */
export function readGroupNames(names: readonly string[]): readonly string[] | undefined {
  const groups = [...new Set(names.map((name) => name.trim().normalize("NFC")))];
  return groups.length <= maxGroups && groups.every(isGroupName) ? groups : undefined;
}

const isGroupName = (name: string): boolean =>
  name !== "" && [...name].length <= maxGroupNameLength && name.isWellFormed() && !unseen.test(name);

const unseen = /[\p{White_Space}\p{C}\p{Default_Ignorable_Code_Point}]/u;
