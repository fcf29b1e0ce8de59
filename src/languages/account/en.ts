/** Every text of the account pages. The other languages have exactly these keys, because their type is this object's. */
export const english = {
  title: "Your account",
};

export type AccountTexts = typeof english;
