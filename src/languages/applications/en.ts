/** Every text of the admin pages about apps: clients, recipes, registrations. */
export const english = {
  title: "Apps",
};

export type ApplicationTexts = typeof english;
