import type { OperationTexts } from "./en.ts";

export const german: OperationTexts = {
  title: "Betrieb",
};
