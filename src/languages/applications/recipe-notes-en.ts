/** What is to be known beside the lines of a recipe, by its id. */
export const recipeNotes = {
  grafana: [
    "People in the group grafana-admins become administrators of Grafana, those in grafana-editors may edit, everybody else may look.",
    "Grafana lets in only people who have an email address here.",
    "Start Grafana again afterwards.",
  ],
  nextcloud: [
    "Run these lines in the folder of Nextcloud.",
    "If this server has an address in your own network, set allow_local_remote_servers to true in Nextcloud, or it refuses to call this server.",
    "Nextcloud makes an account for everybody who signs in, and takes over name, email address and groups.",
    "Accounts get names made by chance, so that nobody slips into an existing one. If you want the usernames, add --unique-uid=0 --mapping-uid=preferred_username, and see that nobody here has the username of a Nextcloud administrator.",
  ],
  gitea: [
    "Gitea knows no PKCE, so the app must be set to do without.",
    "People in the group gitea-admins become administrators of Gitea.",
    "For accounts that come by themselves, set ENABLE_AUTO_REGISTRATION = true under [oauth2_client] in app.ini.",
  ],
  proxmox: [
    "Each address at which people open Proxmox needs a redirect URI of its own, without a slash at its end.",
    "Groups appear with -postern behind their names. Give them rights under Datacenter, Permissions.",
    "The options for groups need Proxmox VE 8.4 or newer.",
  ],
  jellyfin: [
    "First install the plugin SSO Authentication from https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json and start Jellyfin again.",
    "Make an API key in Jellyfin’s dashboard and put it in place of PUT_JELLYFIN_API_KEY_HERE.",
    "People need the group jellyfin-users or jellyfin-admins. They sign in at /sso/OID/start/postern.",
    'If Jellyfin stands behind a proxy and asks for an http address, add "schemeOverride": "https" to the data.',
  ],
  nginx: [
    "http://127.0.0.1:8000 stands for the app that you protect.",
    "Put what openssl prints in place of PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy lets in only people with an email address that is marked as verified here.",
    "To let in only some people, take the # away before allowed_groups and name their groups.",
  ],
  caddy: [
    "127.0.0.1:8000 stands for the app that you protect.",
    "Put what openssl prints in place of PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy lets in only people with an email address that is marked as verified here.",
    "To let in only some people, take the # away before allowed_groups and name their groups.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ stands for the app that you protect.",
    "Put what openssl prints in place of PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy lets in only people with an email address that is marked as verified here.",
    "To let in only some people, take the # away before allowed_groups and name their groups.",
  ],
  dovecot: [
    "Take the lines for your version of Dovecot, not both.",
    "Mail programs are apps of their own. They ask for the permission mail, and need it among theirs.",
    "The username here must be the part of the mailbox’s name before the @.",
    "Keep the file readable for root alone: it holds the secret.",
  ],
  kubectl: [
    "The first lines are options of the API server; on k3s they go below kube-apiserver-arg.",
    "Give rights to a group or to a person’s identifier with a ClusterRoleBinding. There both begin with postern:, as in postern:kube-admins.",
    "On a machine without a browser, add --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "The first answer holds the address and the code for the person, and device_code for the second request.",
    "Repeat the second request every five seconds until the person has decided.",
    "postern try device does the same.",
  ],
};
