import type { ApplicationTexts } from "./en.ts";

export const recipeNotes: ApplicationTexts["recipeNotes"] = {
  grafana: [
    "Quem está no grupo grafana-admins administra o Grafana, quem está em grafana-editors pode editar, e todos os outros podem ver.",
    "O Grafana só deixa entrar quem tem um endereço de e-mail aqui.",
    "Depois, reinicie o Grafana.",
  ],
  nextcloud: [
    "Execute estas linhas na pasta do Nextcloud.",
    "Se este servidor tiver um endereço na sua própria rede, defina allow_local_remote_servers como true no Nextcloud; caso contrário, ele se recusa a chamá-lo.",
    "O Nextcloud cria uma conta para cada pessoa que entra e adota o nome, o endereço de e-mail e os grupos dela.",
    "As contas recebem nomes aleatórios, para que ninguém caia em uma que já existe. Se você preferir os nomes de usuário, acrescente --unique-uid=0 --mapping-uid=preferred_username e garanta que ninguém aqui tenha o nome de usuário de uma conta de administração do Nextcloud.",
  ],
  gitea: [
    "O Gitea não conhece PKCE, por isso o app precisa estar configurado para dispensá-lo.",
    "Quem está no grupo gitea-admins administra o Gitea.",
    "Para que as contas sejam criadas automaticamente, defina ENABLE_AUTO_REGISTRATION = true em [oauth2_client] no app.ini.",
  ],
  proxmox: [
    "Cada endereço em que o Proxmox é aberto precisa do seu próprio URI de redirecionamento, sem barra no final.",
    "Os grupos aparecem com -postern depois do nome. Dê direitos a eles em Datacenter, Permissões.",
    "As opções de grupos exigem o Proxmox VE 8.4 ou mais recente.",
  ],
  jellyfin: [
    "Primeiro, instale o plugin SSO Authentication de https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json e reinicie o Jellyfin.",
    "Crie uma chave de API no painel do Jellyfin e coloque-a no lugar de PUT_JELLYFIN_API_KEY_HERE.",
    "As pessoas precisam do grupo jellyfin-users ou jellyfin-admins. Elas entram em /sso/OID/start/postern.",
    'Se o Jellyfin estiver atrás de um proxy e pedir um endereço http, acrescente "schemeOverride": "https" aos dados.',
  ],
  nginx: [
    "http://127.0.0.1:8000 representa o app que você protege.",
    "Coloque o que o openssl exibe no lugar de PUT_COOKIE_SECRET_HERE.",
    "O oauth2-proxy só deixa entrar quem tem um endereço de e-mail marcado como verificado aqui.",
    "Para deixar entrar só algumas pessoas, tire o # da frente de allowed_groups e indique os grupos delas.",
  ],
  caddy: [
    "127.0.0.1:8000 representa o app que você protege.",
    "Coloque o que o openssl exibe no lugar de PUT_COOKIE_SECRET_HERE.",
    "O oauth2-proxy só deixa entrar quem tem um endereço de e-mail marcado como verificado aqui.",
    "Para deixar entrar só algumas pessoas, tire o # da frente de allowed_groups e indique os grupos delas.",
  ],
  "oauth2-proxy": [
    "http://127.0.0.1:8000/ representa o app que você protege.",
    "Coloque o que o openssl exibe no lugar de PUT_COOKIE_SECRET_HERE.",
    "O oauth2-proxy só deixa entrar quem tem um endereço de e-mail marcado como verificado aqui.",
    "Para deixar entrar só algumas pessoas, tire o # da frente de allowed_groups e indique os grupos delas.",
  ],
  dovecot: [
    "Use as linhas da sua versão do Dovecot, não as duas.",
    "Programas de e-mail são apps separados. Eles pedem a permissão mail e precisam tê-la entre as suas.",
    "O nome de usuário aqui tem de ser a parte do nome da caixa de correio antes do @.",
    "Só o root deve poder ler o arquivo: ele contém o segredo.",
  ],
  kubectl: [
    "As primeiras linhas são opções do servidor da API; no k3s, elas ficam em kube-apiserver-arg.",
    "Dê direitos a um grupo ou ao identificador de uma pessoa com um ClusterRoleBinding. Lá, ambos começam com postern:, por exemplo postern:kube-admins.",
    "Em uma máquina sem navegador, acrescente --exec-arg=--skip-open-browser.",
  ],
  cli: [
    "A primeira resposta contém o endereço e o código para a pessoa, e o device_code para a segunda solicitação.",
    "Repita a segunda solicitação a cada cinco segundos, até que a pessoa tenha decidido.",
    "O comando postern try device faz o mesmo.",
  ],
};
