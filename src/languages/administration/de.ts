import type { AdministrationTexts } from "./en.ts";

export const german: AdministrationTexts = {
  title: "Verwaltung",
};
