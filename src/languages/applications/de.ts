import type { ApplicationTexts } from "./en.ts";

export const german: ApplicationTexts = {
  title: "Apps",
};
