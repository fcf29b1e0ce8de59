import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "グループ「grafana-admins」のユーザーはGrafanaの管理者になり、「grafana-editors」のユーザーは編集できます。それ以外のユーザーは閲覧のみです。",
    "Grafanaにログインできるのは、このサーバーでメールアドレスが登録されているユーザーだけです。",
    "設定後、Grafanaを再起動してください。",
  ],
  nextcloud: [
    "これらの行はNextcloudのフォルダーで実行してください。",
    "このサーバーのアドレスが自分のネットワーク内にある場合は、Nextcloudでallow_local_remote_serversをtrueに設定してください。設定しないと、Nextcloudはこのサーバーへの接続を拒否します。",
    "ログインしたユーザーごとにNextcloudのアカウントが作成され、名前、メールアドレス、グループが引き継がれます。",
    "既存のアカウントに誤って入り込むことがないよう、アカウントにはランダムな名前が付きます。ユーザー名をそのまま使うには、「--unique-uid=0 --mapping-uid=preferred_username」を追加します。その場合は、Nextcloudの管理者と同じユーザー名のユーザーがこのサーバーにいないことを確認してください。",
  ],
  gitea: [
    "GiteaはPKCEに対応していないため、アプリをPKCEなしで使えるように設定する必要があります。",
    "グループ「gitea-admins」のユーザーは、Giteaの管理者になります。",
    "アカウントが自動的に作成されるようにするには、app.iniの[oauth2_client]で「ENABLE_AUTO_REGISTRATION = true」を設定します。",
  ],
  proxmox: [
    "Proxmoxを開くURLごとに、末尾にスラッシュを付けないリダイレクトURIが必要です。",
    "グループは、名前の末尾に「-postern」が付いて表示されます。「データセンター（Datacenter）」の「アクセス権限（Permissions）」で権限を与えてください。",
    "グループ用のオプションには、Proxmox VE 8.4以降が必要です。",
  ],
  jellyfin: [
    "先にプラグイン「SSO Authentication」を「https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json」からインストールし、Jellyfinを再起動してください。",
    "JellyfinのダッシュボードでAPIキーを作成し、PUT_JELLYFIN_API_KEY_HEREをそのキーに置き換えてください。",
    "ユーザーは、グループ「jellyfin-users」または「jellyfin-admins」に属している必要があります。ログインには「/sso/OID/start/postern」を使います。",
    'Jellyfinがプロキシの背後にあり、httpのURLを要求する場合は、データに「"schemeOverride": "https"」を追加してください。',
  ],
  nginx: [
    "「http://127.0.0.1:8000」は、保護するアプリを表します。",
    "PUT_COOKIE_SECRET_HEREを、opensslの出力に置き換えてください。",
    "oauth2-proxyを通過できるのは、このサーバーでメールアドレスが確認済みになっているユーザーだけです。",
    "特定のユーザーだけを許可するには、allowed_groupsの前の「#」を外し、グループ名を指定します。",
  ],
  caddy: [
    "「127.0.0.1:8000」は、保護するアプリを表します。",
    "PUT_COOKIE_SECRET_HEREを、opensslの出力に置き換えてください。",
    "oauth2-proxyを通過できるのは、このサーバーでメールアドレスが確認済みになっているユーザーだけです。",
    "特定のユーザーだけを許可するには、allowed_groupsの前の「#」を外し、グループ名を指定します。",
  ],
  "oauth2-proxy": [
    "「http://127.0.0.1:8000/」は、保護するアプリを表します。",
    "PUT_COOKIE_SECRET_HEREを、opensslの出力に置き換えてください。",
    "oauth2-proxyを通過できるのは、このサーバーでメールアドレスが確認済みになっているユーザーだけです。",
    "特定のユーザーだけを許可するには、allowed_groupsの前の「#」を外し、グループ名を指定します。",
  ],
  dovecot: [
    "両方ではなく、使用しているDovecotのバージョンの設定だけを使ってください。",
    "メールソフトは、それ自体が別のアプリです。権限「mail」を要求するため、メールソフトの権限に「mail」が含まれている必要があります。",
    "このサーバーのユーザー名は、メールボックス名の「@」より前の部分と同じでなければなりません。",
    "ファイルにはシークレットが含まれるため、rootだけが読み取れるようにしてください。",
  ],
  kubectl: [
    "最初の数行はAPIサーバーのオプションです。k3sでは、kube-apiserver-argの下に記述します。",
    "ClusterRoleBindingを使って、グループまたはユーザーのIDに権限を与えてください。そこではどちらも「postern:kube-admins」のように「postern:」で始まります。",
    "ブラウザのないマシンでは、「--exec-arg=--skip-open-browser」を追加します。",
  ],
  cli: [
    "最初の応答には、ユーザーに伝えるURLとコード、および2番目のリクエストに使うdevice_codeが含まれます。",
    "ユーザーが許可または拒否するまで、2番目のリクエストを5秒ごとに繰り返します。",
    "「postern try device」でも同じことができます。",
  ],
};
