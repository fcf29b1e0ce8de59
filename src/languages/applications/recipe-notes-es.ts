import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Quienes están en el grupo grafana-admins administran Grafana, quienes están en grafana-editors pueden editar y las demás personas pueden consultar.",
    "Grafana solo deja entrar a quienes tienen aquí una dirección de correo.",
    "Después, reinicia Grafana.",
  ],
  nextcloud: [
    "Ejecuta estas líneas en la carpeta de Nextcloud.",
    "Si este servidor tiene una dirección de tu propia red, pon allow_local_remote_servers en true en Nextcloud; de lo contrario, se niega a llamarlo.",
    "Nextcloud crea una cuenta para cada persona que inicia sesión y toma de aquí el nombre, la dirección de correo y los grupos.",
    "Las cuentas reciben nombres al azar, para que nadie acabe en una que ya existe. Si prefieres los nombres de usuario, añade --unique-uid=0 --mapping-uid=preferred_username y asegúrate de que nadie tenga aquí el nombre de usuario de una cuenta de administración de Nextcloud.",
  ],
  gitea: [
    "Gitea no admite PKCE, así que la app debe estar configurada para funcionar sin él.",
    "Quienes están en el grupo gitea-admins administran Gitea.",
    "Para que las cuentas se creen solas, pon ENABLE_AUTO_REGISTRATION = true bajo [oauth2_client] en app.ini.",
  ],
  proxmox: [
    "Cada dirección en la que se abre Proxmox necesita su propia URI de redirección, sin barra al final.",
    "Los grupos aparecen con -postern detrás de su nombre. Dales permisos en Centro de datos, Permisos.",
    "Las opciones para grupos necesitan Proxmox VE 8.4 o posterior.",
  ],
  jellyfin: [
    "Instala primero el complemento SSO Authentication desde https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json y reinicia Jellyfin.",
    "Crea una clave de API en el panel de control de Jellyfin y ponla en lugar de PUT_JELLYFIN_API_KEY_HERE.",
    "Hace falta pertenecer al grupo jellyfin-users o jellyfin-admins. La sesión se inicia en /sso/OID/start/postern.",
    'Si Jellyfin está detrás de un proxy y pide una dirección http, añade "schemeOverride": "https" a los datos.',
  ],
  nginx: [
    "http://127.0.0.1:8000 representa la app que proteges.",
    "Pon lo que muestre openssl en lugar de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy solo deja entrar a quienes tienen aquí una dirección de correo marcada como verificada.",
    "Para que solo entren algunas personas, quita el # delante de allowed_groups e indica sus grupos.",
  ],
  caddy: [
    "127.0.0.1:8000 representa la app que proteges.",
    "Pon lo que muestre openssl en lugar de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy solo deja entrar a quienes tienen aquí una dirección de correo marcada como verificada.",
    "Para que solo entren algunas personas, quita el # delante de allowed_groups e indica sus grupos.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ representa la app que proteges.",
    "Pon lo que muestre openssl en lugar de PUT_COOKIE_SECRET_HERE.",
    "oauth2-proxy solo deja entrar a quienes tienen aquí una dirección de correo marcada como verificada.",
    "Para que solo entren algunas personas, quita el # delante de allowed_groups e indica sus grupos.",
  ],
  dovecot: [
    "Usa las líneas de tu versión de Dovecot, no las de ambas.",
    "Los programas de correo son apps independientes. Piden el permiso mail y deben tenerlo entre los suyos.",
    "El nombre de usuario de aquí debe ser la parte del nombre del buzón que va antes de la @.",
    "Haz que solo root pueda leer el archivo: contiene el secreto.",
  ],
  kubectl: [
    "Las primeras líneas son opciones del servidor de la API; en k3s van bajo kube-apiserver-arg.",
    "Da permisos a un grupo o al identificador de una persona con un ClusterRoleBinding. Allí ambos empiezan por postern:, por ejemplo postern:kube-admins.",
    "En un equipo sin navegador, añade --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "La primera respuesta contiene la dirección y el código para la persona, y device_code para la segunda solicitud.",
    "Repite la segunda solicitud cada cinco segundos hasta que la persona haya decidido.",
    "postern try device hace lo mismo.",
  ],
};
