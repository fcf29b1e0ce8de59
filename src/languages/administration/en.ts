/** Every text of the admin pages. The other languages have exactly these keys, because their type is this object's. */
export const english = {
  title: "Administration",
};

export type AdministrationTexts = typeof english;
