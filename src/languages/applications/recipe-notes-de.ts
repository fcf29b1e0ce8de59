import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Wer in der Gruppe grafana-admins ist, verwaltet Grafana, wer in grafana-editors ist, darf bearbeiten, alle anderen dürfen lesen.",
    "Grafana lässt nur herein, wer hier eine E-Mail-Adresse hat.",
    "Starten Sie Grafana danach neu.",
  ],
  nextcloud: [
    "Führen Sie diese Zeilen im Verzeichnis von Nextcloud aus.",
    "Wenn dieser Server eine Adresse in Ihrem eigenen Netz hat, setzen Sie in Nextcloud allow_local_remote_servers auf true, sonst weigert es sich, ihn anzusprechen.",
    "Nextcloud legt für alle, die sich anmelden, ein Konto an und übernimmt Name, E-Mail-Adresse und Gruppen.",
    "Die Konten bekommen zufällige Namen, damit niemand in ein vorhandenes gerät. Wenn Sie die Benutzernamen möchten, ergänzen Sie --unique-uid=0 --mapping-uid=preferred_username und achten Sie darauf, dass hier niemand den Benutzernamen eines Nextcloud-Administrators trägt.",
  ],
  gitea: [
    "Gitea kennt kein PKCE. Deshalb muss die App so eingestellt sein, dass sie ohne auskommt.",
    "Wer in der Gruppe gitea-admins ist, verwaltet Gitea.",
    "Damit Konten von selbst entstehen, setzen Sie ENABLE_AUTO_REGISTRATION = true unter [oauth2_client] in app.ini.",
  ],
  proxmox: [
    "Jede Adresse, unter der Proxmox geöffnet wird, braucht eine eigene Redirect-URI, ohne Schrägstrich am Ende.",
    "Gruppen erscheinen mit -postern hinter ihrem Namen. Geben Sie ihnen Rechte unter Rechenzentrum, Rechte.",
    "Die Optionen für Gruppen brauchen Proxmox VE 8.4 oder neuer.",
  ],
  jellyfin: [
    "Installieren Sie zuerst das Plugin SSO Authentication von https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json und starten Sie Jellyfin neu.",
    "Erstellen Sie in der Übersicht von Jellyfin einen API-Schlüssel und setzen Sie ihn anstelle von PUT_JELLYFIN_API_KEY_HERE ein.",
    "Man braucht die Gruppe jellyfin-users oder jellyfin-admins. Die Anmeldung ist unter /sso/OID/start/postern.",
    'Steht Jellyfin hinter einem Proxy und verlangt eine http-Adresse, ergänzen Sie "schemeOverride": "https" in den Daten.',
  ],
  nginx: [
    "http://127.0.0.1:8000 steht für die App, die Sie schützen.",
    "Setzen Sie anstelle von PUT_COOKIE_SECRET_HERE ein, was openssl ausgibt.",
    "oauth2-proxy lässt nur herein, wer hier eine als geprüft markierte E-Mail-Adresse hat.",
    "Um nur einige hereinzulassen, nehmen Sie das # vor allowed_groups weg und nennen Sie deren Gruppen.",
  ],
  caddy: [
    "127.0.0.1:8000 steht für die App, die Sie schützen.",
    "Setzen Sie anstelle von PUT_COOKIE_SECRET_HERE ein, was openssl ausgibt.",
    "oauth2-proxy lässt nur herein, wer hier eine als geprüft markierte E-Mail-Adresse hat.",
    "Um nur einige hereinzulassen, nehmen Sie das # vor allowed_groups weg und nennen Sie deren Gruppen.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ steht für die App, die Sie schützen.",
    "Setzen Sie anstelle von PUT_COOKIE_SECRET_HERE ein, was openssl ausgibt.",
    "oauth2-proxy lässt nur herein, wer hier eine als geprüft markierte E-Mail-Adresse hat.",
    "Um nur einige hereinzulassen, nehmen Sie das # vor allowed_groups weg und nennen Sie deren Gruppen.",
  ],
  dovecot: [
    "Nehmen Sie die Zeilen für Ihre Version von Dovecot, nicht beide.",
    "Mailprogramme sind eigene Apps. Sie bitten um die Berechtigung mail und müssen sie haben dürfen.",
    "Der Benutzername hier muss der Teil des Postfachnamens vor dem @ sein.",
    "Nur root darf die Datei lesen können: Sie enthält das Geheimnis.",
  ],
  kubectl: [
    "Die ersten Zeilen sind Optionen des API-Servers; bei k3s stehen sie unter kube-apiserver-arg.",
    "Geben Sie einer Gruppe oder der Kennung einer Person mit einem ClusterRoleBinding Rechte. Dort beginnen beide mit postern:, etwa postern:kube-admins.",
    "Auf einem Rechner ohne Browser ergänzen Sie --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "Die erste Antwort enthält die Adresse und den Code für die Person und device_code für die zweite Anfrage.",
    "Wiederholen Sie die zweite Anfrage alle fünf Sekunden, bis die Person entschieden hat.",
    "postern try device tut dasselbe.",
  ],
};
