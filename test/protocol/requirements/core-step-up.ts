import type { Requirement } from "./requirement.ts";

// biome-ignore format: two lines a row are easier to read than seven
export const coreStepUp: readonly Requirement[] = [
  { id: "9470-3-rs", level: "MUST", source: "RFC 9470 §3",
    summary: "Postern's own resources ask for a stronger authentication by insufficient_user_authentication.",
    status: { declined: "the REST API alone wants a second factor, of who has one; it answers invalid_token, and a new sign-in asks for it" } },
  { id: "9470-4-request", level: "MUST", source: "RFC 9470 §4",
    summary: "Without openid, too, acr_values and max_age are honoured." },
  { id: "9470-5-unmet", level: "SHOULD", source: "RFC 9470 §5",
    summary: "Without openid, an acr that cannot be reached is unmet_authentication_requirements." },
  { id: "9470-6-claims", level: "MUST", source: "RFC 9470 §6",
    summary: "Access tokens and introspection say acr and auth_time of the sign-in, unchanged by a refresh." },
  { id: "9470-7-metadata", level: "MUST", source: "RFC 9470 §7",
    summary: "The acr values that can be reached are published." },
];
