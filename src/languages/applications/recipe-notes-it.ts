import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Chi è nel gruppo grafana-admins amministra Grafana, chi è in grafana-editors può modificare, chiunque altro può solo consultare.",
    "Grafana fa entrare solo chi ha qui un indirizzo email.",
    "Alla fine riavvia Grafana.",
  ],
  nextcloud: [
    "Esegui queste righe nella cartella di Nextcloud.",
    "Se questo server ha un indirizzo nella tua rete, imposta allow_local_remote_servers su true in Nextcloud, altrimenti si rifiuta di contattarlo.",
    "Nextcloud crea un account per chi esegue l’accesso e ne riprende nome, indirizzo email e gruppi.",
    "Gli account ricevono nomi casuali, così nessuno finisce in un account già esistente. Se preferisci i nomi utente, aggiungi --unique-uid=0 --mapping-uid=preferred_username e assicurati che qui nessuno abbia il nome utente di chi amministra Nextcloud.",
  ],
  gitea: [
    "Gitea non supporta PKCE, perciò l’app va impostata per farne a meno.",
    "Chi è nel gruppo gitea-admins amministra Gitea.",
    "Perché gli account si creino da soli, imposta ENABLE_AUTO_REGISTRATION = true sotto [oauth2_client] in app.ini.",
  ],
  proxmox: [
    "A ogni indirizzo da cui si apre Proxmox serve un proprio URI di reindirizzamento, senza barra finale.",
    "I gruppi compaiono con -postern dopo il nome. Assegna loro i diritti in Datacenter, Permessi.",
    "Le opzioni per i gruppi richiedono Proxmox VE 8.4 o successivo.",
  ],
  jellyfin: [
    "Per prima cosa installa il plugin SSO Authentication da https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json e riavvia Jellyfin.",
    "Crea una chiave API nella dashboard di Jellyfin e inseriscila al posto di PUT_JELLYFIN_API_KEY_HERE.",
    "Alle persone serve il gruppo jellyfin-users o jellyfin-admins. Accedono da /sso/OID/start/postern.",
    'Se Jellyfin si trova dietro un proxy e chiede un indirizzo http, aggiungi "schemeOverride": "https" ai dati.',
  ],
  nginx: [
    "http://127.0.0.1:8000 sta per l’app che vuoi proteggere.",
    "Inserisci ciò che stampa openssl al posto di PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy fa entrare solo chi ha un indirizzo email che qui risulta verificato.",
    "Per far entrare solo alcune persone, togli il # davanti a allowed_groups e indica i loro gruppi.",
  ],
  caddy: [
    "127.0.0.1:8000 sta per l’app che vuoi proteggere.",
    "Inserisci ciò che stampa openssl al posto di PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy fa entrare solo chi ha un indirizzo email che qui risulta verificato.",
    "Per far entrare solo alcune persone, togli il # davanti a allowed_groups e indica i loro gruppi.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ sta per l’app che vuoi proteggere.",
    "Inserisci ciò che stampa openssl al posto di PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy fa entrare solo chi ha un indirizzo email che qui risulta verificato.",
    "Per far entrare solo alcune persone, togli il # davanti a allowed_groups e indica i loro gruppi.",
  ],
  dovecot: [
    "Usa le righe per la tua versione di Dovecot, non entrambe.",
    "I programmi di posta sono app a sé. Chiedono il permesso mail, che deve essere tra i loro.",
    "Qui il nome utente deve essere la parte del nome della casella di posta che precede la @.",
    "Il file deve essere leggibile solo da root: contiene il segreto.",
  ],
  kubectl: [
    "Le prime righe sono opzioni del server API; in k3s vanno sotto kube-apiserver-arg.",
    "Assegna i diritti a un gruppo o all’identificativo di una persona con un ClusterRoleBinding. Lì entrambi iniziano con postern:, per esempio postern:kube-admins.",
    "Su una macchina senza browser, aggiungi --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "La prima risposta contiene l’indirizzo e il codice per la persona, e device_code per la seconda richiesta.",
    "Ripeti la seconda richiesta ogni cinque secondi, finché la persona non ha deciso.",
    "postern try device fa lo stesso.",
  ],
};
