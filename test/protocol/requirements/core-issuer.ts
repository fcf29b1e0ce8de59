import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const coreIssuer: readonly Requirement[] = [
  { id: "9207-2-always", level: "MUST", source: "RFC 9207 §2",
    summary: "Every authorization response, good or bad, carries iss." },
  { id: "9207-2-value", level: "MUST", source: "RFC 9207 §2, §2.3",
    summary: "Its value is exactly the metadata's issuer." },
  { id: "9207-3-metadata", level: "MUST", source: "RFC 9207 §3",
    summary: "Metadata announces it." },
  { id: "9207-2.4-idtoken", level: "MUST", source: "RFC 9207 §2.4",
    summary: "It equals the iss of the ID token." },
  { id: "9207-1-not-elsewhere", level: "DECIDED", source: "Postern",
    summary: "Error pages and logout redirects do not carry it." },
];
