import { Refused } from "../../administration/refused.ts";

/** RFC 9110 §8.8.3. */
export const entityTag = (version: string): string => `"${version}"`;

/**
 * Whether the caller changes only what they have seen (RFC 9110 §13.1.1). The tags are of what can be changed (versions.ts),
 * and nothing of the API is cached.
 *
 * @param version undefined where there is nothing yet
 * @throws Refused outdated, when they have seen something else: 412
 */
export function checkPrecondition({ headers }: Request, version: string | undefined): boolean {
  const wanted = headers.get("if-match");
  if (wanted === null) return false;
  const tags = wanted.split(",").map((tag) => tag.trim());
  if (version === undefined || !(tags.includes("*") || tags.includes(entityTag(version))))
    throw new Refused("outdated", "it is not any more what If-Match names: read it again");
  return true;
}
