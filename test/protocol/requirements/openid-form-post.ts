import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const openidFormPost: readonly Requirement[] = [
  { id: "FP-2-form", level: "MUST", source: "Form Post Response Mode §2",
    summary: "The answer is a page with one self-submitting form, and a button where scripts are off." },
  { id: "FP-2-errors", level: "MUST", source: "Form Post Response Mode §2",
    summary: "Errors travel by the form as well." },
  { id: "FP-2-no-query", level: "MUST", source: "Form Post Response Mode §2",
    summary: "Neither code nor error appears in a URL." },
  { id: "FP-2-cache", level: "MUST", source: "Form Post Response Mode §2",
    summary: "The page is not cached." },
  { id: "FP-escape", level: "MUST", source: "Form Post Response Mode §2",
    summary: "Every value in the form is escaped." },
  { id: "FP-csp", level: "DECIDED", source: "CSP Level 3 §6.4.1",
    summary: "The form is sent by our own script, with no form-action directive." },
  { id: "FP-custom-scheme", level: "DECIDED", source: "Postern",
    summary: "A target that is not http or https gets invalid_request by query instead." },
  { id: "FP-modes", level: "DECIDED", source: "OAuth 2.0 Multiple Response Types §2.1",
    summary: "Query and form_post are the only modes; others are invalid_request." },
];
