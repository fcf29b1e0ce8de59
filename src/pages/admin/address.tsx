import type { AdministrationTexts } from "../../languages/administration/en.ts";
import { placeOf } from "../../rules/place.ts";

type AddressView = { readonly words: AdministrationTexts; readonly address: string | undefined };

/** An address, and what can be said of where it is. */
export const Address = ({ words, address }: AddressView) => {
  const place = placeOf(address);
  if (place === "unknown") return <span class="quiet">{words.unknown}</span>;
  return (
    <>
      <bdi>{address}</bdi>
      {place === "elsewhere" ? null : (
        <div class="hint">{place === "this-box" ? words.places.thisBox : words.places.homeNetwork}</div>
      )}
    </>
  );
};
