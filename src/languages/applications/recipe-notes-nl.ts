import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Wie in de groep grafana-admins zit, wordt beheerder van Grafana, wie in grafana-editors zit, mag bewerken, en alle anderen mogen kijken.",
    "Grafana laat alleen gebruikers toe die hier een e-mailadres hebben.",
    "Start Grafana daarna opnieuw.",
  ],
  nextcloud: [
    "Voer deze regels uit in de map van Nextcloud.",
    "Heeft deze server een adres in je eigen netwerk, zet dan in Nextcloud allow_local_remote_servers op true; anders weigert Nextcloud hem aan te roepen.",
    "Nextcloud maakt een account aan voor iedereen die inlogt, en neemt naam, e-mailadres en groepen over.",
    "Accounts krijgen willekeurige namen, zodat niemand in een bestaand account terechtkomt. Wil je de gebruikersnamen, voeg dan --unique-uid=0 --mapping-uid=preferred_username toe en zorg dat niemand hier de gebruikersnaam van een Nextcloud-beheerder heeft.",
  ],
  gitea: [
    "Gitea ondersteunt geen PKCE, dus de app moet zo zijn ingesteld dat het zonder gaat.",
    "Wie in de groep gitea-admins zit, wordt beheerder van Gitea.",
    "Moeten accounts vanzelf ontstaan, zet dan ENABLE_AUTO_REGISTRATION = true onder [oauth2_client] in app.ini.",
  ],
  proxmox: [
    "Elk adres waarop Proxmox wordt geopend, heeft een eigen redirect-URI nodig, zonder schuine streep aan het eind.",
    "Groepen verschijnen met -postern achter hun naam. Geef ze rechten onder Datacenter, Machtigingen.",
    "Voor de groepsopties is Proxmox VE 8.4 of nieuwer nodig.",
  ],
  jellyfin: [
    "Installeer eerst de plug-in SSO Authentication van https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json en start Jellyfin opnieuw.",
    "Maak een API-sleutel in het dashboard van Jellyfin en zet die op de plaats van PUT_JELLYFIN_API_KEY_HERE.",
    "Gebruikers hebben de groep jellyfin-users of jellyfin-admins nodig. Ze loggen in op /sso/OID/start/postern.",
    'Staat Jellyfin achter een proxy en vraagt het om een http-adres, voeg dan "schemeOverride": "https" toe aan de gegevens.',
  ],
  nginx: [
    "http://127.0.0.1:8000 staat voor de app die je beveiligt.",
    "Zet de uitvoer van openssl op de plaats van PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy laat alleen gebruikers toe van wie het e-mailadres hier als geverifieerd is gemarkeerd.",
    "Wil je alleen bepaalde gebruikers toelaten, haal dan de # voor allowed_groups weg en noem hun groepen.",
  ],
  caddy: [
    "127.0.0.1:8000 staat voor de app die je beveiligt.",
    "Zet de uitvoer van openssl op de plaats van PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy laat alleen gebruikers toe van wie het e-mailadres hier als geverifieerd is gemarkeerd.",
    "Wil je alleen bepaalde gebruikers toelaten, haal dan de # voor allowed_groups weg en noem hun groepen.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ staat voor de app die je beveiligt.",
    "Zet de uitvoer van openssl op de plaats van PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy laat alleen gebruikers toe van wie het e-mailadres hier als geverifieerd is gemarkeerd.",
    "Wil je alleen bepaalde gebruikers toelaten, haal dan de # voor allowed_groups weg en noem hun groepen.",
  ],
  dovecot: [
    "Neem de regels voor jouw versie van Dovecot, niet allebei.",
    "Mailprogramma’s zijn aparte apps. Ze vragen om de machtiging mail en moeten die zelf ook hebben.",
    "De gebruikersnaam hier moet gelijk zijn aan het deel van de mailboxnaam vóór de @.",
    "Zorg dat alleen root het bestand kan lezen: het geheim staat erin.",
  ],
  kubectl: [
    "De eerste regels zijn opties van de API-server; bij k3s staan ze onder kube-apiserver-arg.",
    "Geef een groep of het ID van een gebruiker rechten met een ClusterRoleBinding. Daar beginnen beide met postern:, zoals postern:kube-admins.",
    "Voeg op een machine zonder browser --exec-arg=--skip-open-browser toe.",
  ],
  cli: [
    "Het eerste antwoord bevat het adres en de code voor de gebruiker, en device_code voor het tweede verzoek.",
    "Herhaal het tweede verzoek elke vijf seconden, totdat de gebruiker heeft beslist.",
    "postern try device doet hetzelfde.",
  ],
};
