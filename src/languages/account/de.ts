import type { AccountTexts } from "./en.ts";

export const german: AccountTexts = {
  title: "Ihr Konto",
};
