import type { AccountTexts } from "../../languages/account/en.ts";
import { placeOf } from "../../rules/place.ts";
import { readUserAgent } from "../../rules/user-agent.ts";

type ProgramTexts = Pick<AccountTexts, "programOn" | "unknownProgram">;

/** "Firefox on Linux". */
export function programWords(words: ProgramTexts, userAgent: string | undefined): string {
  const { name, system } = readUserAgent(userAgent);
  if (name !== undefined && system !== undefined) return words.programOn(name, system);
  return name ?? system ?? words.unknownProgram;
}

/** An address as far as it says something: "your home network". */
export const PlaceWords = ({
  words,
  address,
}: {
  readonly words: AccountTexts;
  readonly address: string | undefined;
}) => {
  switch (placeOf(address)) {
    case "this-box":
      return words.places.thisBox;
    case "home-network":
      return words.places.homeNetwork;
    case "elsewhere":
      return <bdi>{address}</bdi>;
    case "unknown":
      return words.places.unknown;
  }
};
