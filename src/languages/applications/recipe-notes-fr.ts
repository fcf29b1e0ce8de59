import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Les personnes du groupe grafana-admins administrent Grafana, celles du groupe grafana-editors peuvent modifier, toutes les autres peuvent consulter.",
    "Grafana ne laisse entrer que les personnes qui ont une adresse e-mail ici.",
    "Redémarrez ensuite Grafana.",
  ],
  nextcloud: [
    "Exécutez ces lignes dans le dossier de Nextcloud.",
    "Si ce serveur a une adresse dans votre propre réseau, mettez allow_local_remote_servers à true dans Nextcloud, sinon il refuse de l’appeler.",
    "Nextcloud crée un compte pour chaque personne qui se connecte, et reprend le nom, l’adresse e-mail et les groupes.",
    "Les comptes reçoivent des noms choisis au hasard, pour que personne ne se glisse dans un compte existant. Si vous voulez les noms d’utilisateur, ajoutez --unique-uid=0 --mapping-uid=preferred_username, et veillez à ce que personne ici n’ait le nom d’utilisateur d’un compte administrateur de Nextcloud.",
  ],
  gitea: [
    "Gitea ne connaît pas PKCE\u00a0: l’application doit être réglée pour s’en passer.",
    "Les personnes du groupe gitea-admins administrent Gitea.",
    "Pour que les comptes se créent d’eux-mêmes, mettez ENABLE_AUTO_REGISTRATION = true sous [oauth2_client] dans app.ini.",
  ],
  proxmox: [
    "Chaque adresse où l’on ouvre Proxmox a besoin de sa propre URI de redirection, sans barre oblique à la fin.",
    "Les groupes apparaissent avec -postern après leur nom. Donnez-leur des droits sous Datacenter, Permissions.",
    "Les options pour les groupes demandent Proxmox VE 8.4 ou une version plus récente.",
  ],
  jellyfin: [
    "Installez d’abord l’extension SSO Authentication depuis https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json et redémarrez Jellyfin.",
    "Créez une clé d’API dans le tableau de bord de Jellyfin et mettez-la à la place de PUT_JELLYFIN_API_KEY_HERE.",
    "Il faut faire partie du groupe jellyfin-users ou jellyfin-admins. La connexion se fait à /sso/OID/start/postern.",
    'Si Jellyfin se trouve derrière un proxy et demande une adresse en http, ajoutez "schemeOverride": "https" aux données.',
  ],
  nginx: [
    "http://127.0.0.1:8000 tient lieu de l’application que vous protégez.",
    "Mettez ce qu’affiche openssl à la place de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy ne laisse entrer que les personnes dont l’adresse e-mail est marquée ici comme vérifiée.",
    "Pour ne laisser entrer que certaines personnes, enlevez le # devant allowed_groups et indiquez leurs groupes.",
  ],
  caddy: [
    "127.0.0.1:8000 tient lieu de l’application que vous protégez.",
    "Mettez ce qu’affiche openssl à la place de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy ne laisse entrer que les personnes dont l’adresse e-mail est marquée ici comme vérifiée.",
    "Pour ne laisser entrer que certaines personnes, enlevez le # devant allowed_groups et indiquez leurs groupes.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ tient lieu de l’application que vous protégez.",
    "Mettez ce qu’affiche openssl à la place de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy ne laisse entrer que les personnes dont l’adresse e-mail est marquée ici comme vérifiée.",
    "Pour ne laisser entrer que certaines personnes, enlevez le # devant allowed_groups et indiquez leurs groupes.",
  ],
  dovecot: [
    "Prenez les lignes qui correspondent à votre version de Dovecot, pas les deux.",
    "Les logiciels de messagerie sont des applications à part. Ils demandent l’autorisation mail, qui doit figurer parmi les leurs.",
    "Le nom d’utilisateur ici doit être la partie du nom de la boîte aux lettres qui précède le @.",
    "Faites en sorte que seul root puisse lire le fichier\u00a0: il contient le secret.",
  ],
  kubectl: [
    "Les premières lignes sont des options du serveur d’API\u202f; avec k3s, elles vont sous kube-apiserver-arg.",
    "Donnez des droits à un groupe ou à l’identifiant d’une personne avec un ClusterRoleBinding. Les deux y commencent par postern:, par exemple postern:kube-admins.",
    "Sur une machine sans navigateur, ajoutez --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "La première réponse contient l’adresse et le code pour la personne, et device_code pour la seconde requête.",
    "Répétez la seconde requête toutes les cinq secondes jusqu’à ce que la personne ait décidé.",
    "postern try device fait la même chose.",
  ],
};
