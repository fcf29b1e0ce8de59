import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "grafana-admins 群组中的用户会成为 Grafana 的管理员，grafana-editors 群组中的用户可以编辑，其他人只能查看。",
    "Grafana 只允许在此拥有电子邮件地址的用户进入。",
    "完成后请重新启动 Grafana。",
  ],
  nextcloud: [
    "请在 Nextcloud 的文件夹中运行这些命令。",
    "如果此服务器的地址位于您自己的网络中，请在 Nextcloud 中将 allow_local_remote_servers 设为 true，否则 Nextcloud 会拒绝连接此服务器。",
    "Nextcloud 会为每个登录的用户创建账户，并沿用其名称、电子邮件地址和群组。",
    "账户名称随机生成，以免有人进入已有的账户。如果您希望使用用户名，请添加 --unique-uid=0 --mapping-uid=preferred_username，并确保此服务器上没有人使用 Nextcloud 管理员的用户名。",
  ],
  gitea: [
    "Gitea 不支持 PKCE，因此必须将应用设置为不要求 PKCE。",
    "gitea-admins 群组中的用户会成为 Gitea 的管理员。",
    "如需自动创建账户，请在 app.ini 的 [oauth2_client] 下设置 ENABLE_AUTO_REGISTRATION = true。",
  ],
  proxmox: [
    "用户打开 Proxmox 所用的每个地址都需要各自的重定向 URI，且末尾不带斜杠。",
    "群组名称后会带有 -postern。请在“数据中心”的“权限”中为其授予权限。",
    "群组选项需要 Proxmox VE 8.4 或更高版本。",
  ],
  jellyfin: [
    "请先从 https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json 安装 SSO Authentication 插件，然后重新启动 Jellyfin。",
    "请在 Jellyfin 的控制台中创建 API 密钥，并用它替换 PUT_JELLYFIN_API_KEY_HERE。",
    "用户需要属于 jellyfin-users 或 jellyfin-admins 群组。登录地址为 /sso/OID/start/postern。",
    '如果 Jellyfin 位于代理之后，并且请求的是 http 地址，请在数据中添加 "schemeOverride": "https"。',
  ],
  nginx: [
    "http://127.0.0.1:8000 代表您要保护的应用。",
    "请用 openssl 输出的内容替换 PUT_COOKIE_SECRET_HERE。",
    "oauth2-proxy 只允许电子邮件地址在此标记为已验证的用户进入。",
    "如果只允许部分用户进入，请删除 allowed_groups 前的 #，并填写这些用户的群组。",
  ],
  caddy: [
    "127.0.0.1:8000 代表您要保护的应用。",
    "请用 openssl 输出的内容替换 PUT_COOKIE_SECRET_HERE。",
    "oauth2-proxy 只允许电子邮件地址在此标记为已验证的用户进入。",
    "如果只允许部分用户进入，请删除 allowed_groups 前的 #，并填写这些用户的群组。",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ 代表您要保护的应用。",
    "请用 openssl 输出的内容替换 PUT_COOKIE_SECRET_HERE。",
    "oauth2-proxy 只允许电子邮件地址在此标记为已验证的用户进入。",
    "如果只允许部分用户进入，请删除 allowed_groups 前的 #，并填写这些用户的群组。",
  ],
  dovecot: [
    "请使用与您的 Dovecot 版本对应的行，不要两者都用。",
    "邮件程序是独立的应用。它们会请求 mail 权限，因此其权限中须包含 mail。",
    "此处的用户名必须是邮箱名称中 @ 之前的部分。",
    "该文件应仅供 root 读取：其中包含机密。",
  ],
  kubectl: [
    "前几行是 API 服务器的选项；在 k3s 中应置于 kube-apiserver-arg 下。",
    "请使用 ClusterRoleBinding 为群组或用户的标识符授予权限。在那里两者都以 postern: 开头，例如 postern:kube-admins。",
    "在没有浏览器的机器上，请添加 --exec-arg=--skip-open-browser。",
  ],
  cli: [
    "第一个响应包含供用户使用的地址和代码，以及供第二个请求使用的 device_code。",
    "请每五秒重复一次第二个请求，直到用户作出决定。",
    "postern try device 命令的作用相同。",
  ],
};
