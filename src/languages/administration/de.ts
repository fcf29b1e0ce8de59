import type { AdministrationTexts } from "./en.ts";

export const german: AdministrationTexts = {
  title: "Verwaltung",

  navigation: {
    label: "Verwaltung",
    dashboard: "Übersicht",
    people: "Personen",
    apps: "Apps",
    registrations: "Registrierungen",
    grants: "Zugriffe",
    sessions: "Sitzungen",
    keys: "Schlüssel",
    auditLog: "Protokoll",
    refusedRequests: "Abgelehnte Anfragen",
    configuration: "Konfiguration",
  },
};
