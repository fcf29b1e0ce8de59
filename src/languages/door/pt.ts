import type { Texts } from "./en.ts";

const plurals = new Intl.PluralRules("pt");
/** "1 minuto", "2 minutos". */
const count = (number: number, one: string, many: string) =>
  `${number} ${plurals.select(number) === "one" ? one : many}`;

/** "30 segundos", "1 minuto", "2 horas": rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const whole = (number: number) => Math.max(1, Math.ceil(number));
  return seconds < 90
    ? count(whole(seconds), "segundo", "segundos")
    : seconds < 5400
      ? count(whole(seconds / 60), "minuto", "minutos")
      : count(whole(seconds / 3600), "hora", "horas");
};

/** Brazilian usage, worded so that it is understood in Portugal as well. */
export const portuguese: Texts = {
  locale: "pt",

  common: {
    verified: "Verificado",
    unverified: "Não verificado",
    unverifiedExplained:
      "Este app se registrou por conta própria. Ninguém da administração deste servidor o verificou.",
    signedInAs: "Sessão iniciada como",
    useAnotherAccount: "Usar outra conta",
    approve: "Permitir",
    deny: "Recusar",
    continue: "Continuar",
    backToStart: "Voltar à página inicial",
    newTab: "abre em uma nova aba",
    requestId: "Solicitação",
    skipToContent: "Ir para o conteúdo",
    menu: "Menu",
    copy: "Copiar",
    copied: "Copiado",
    tooManyAttempts: (seconds: number) => `Muitas tentativas. Tente de novo daqui a ${span(seconds)}.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "agora mesmo"
      : seconds < 90
        ? `há ${count(Math.floor(seconds), "segundo", "segundos")}`
        : seconds < 5400
          ? `há ${count(Math.floor(seconds / 60), "minuto", "minutos")}`
          : seconds < 172_800
            ? `há ${count(Math.floor(seconds / 3600), "hora", "horas")}`
            : `há ${count(Math.floor(seconds / 86_400), "dia", "dias")}`,

  pager: {
    label: "Páginas da lista",
    previous: "Anterior",
    next: "Próxima",
    shown: (first: number, last: number, total: number) => `${first} a ${last} de ${total}`,
  },

  scopes: {
    openid: "Reconhecer você no login",
    profile: "Ver seu nome, seu nome de usuário e os outros dados do seu perfil",
    email: "Ver seu endereço de e-mail",
    phone: "Ver seu número de telefone",
    address: "Ver seu endereço postal",
    groups: "Ver a quais grupos você pertence",
    offline_access: "Manter o acesso na sua ausência, até você revogá-lo",
    "postern:admin": "Administrar este servidor inteiro: pessoas, apps, sessões e chaves",
    "postern:introspect": "Verificar os tokens que outros apps apresentam",
  },
  otherScope: (name: string) => `Usar a permissão “${name}”`,

  signIn: {
    title: "Entrar",
    toContinue: (client: string) => `para continuar em ${client}`,
    again: "Digite sua senha mais uma vez para confirmar que é você.",
    username: "Nome de usuário",
    password: "Senha",
    button: "Entrar",
    wrongCredentials: "O nome de usuário ou a senha não confere.",
    hostUnavailable: "No momento não é possível verificar sua senha. Tente de novo em instantes.",
    usernameMissing: "Digite seu nome de usuário.",
    passwordMissing: "Digite sua senha.",
    expired: "Esta página ficou aberta por muito tempo. Entre de novo, por favor.",
    or: "ou",
  },

  passkeys: {
    signIn: "Entrar com chave de acesso",
    confirm: "Usar chave de acesso",
    create: "Criar chave de acesso",
    failed: "Não deu certo ou foi cancelado. Tente de novo ou escolha outra forma.",
    exists: "Este dispositivo já tem uma chave de acesso para a sua conta.",
    refused: "Esta chave de acesso não foi aceita. Tente de novo ou entre com sua senha.",
    unverified:
      "Esta chave de acesso não verificou se é você. Entre com sua senha; depois, a chave de acesso serve como segunda etapa.",
  },

  secondFactor: {
    title: "Mais uma etapa",
    lead: "A senha está certa. Agora mostre que é você.",
    leadSignedIn: "Você entrou com sua senha. Agora mostre que é você.",
    code: "Código",
    codeHint: "Os seis dígitos do seu app autenticador ou um dos seus códigos de recuperação.",
    recoveryCode: "Código de recuperação",
    recoveryHint: "Um dos códigos que você recebeu ao configurar sua chave de acesso.",
    button: "Verificar",
    missing: "Digite um código.",
    wrong: "Este código não está certo ou já foi usado.",
    wrongPasskey: "Esta chave de acesso não foi aceita. Tente de novo ou use um código.",
    account: (name: string) => `Entrando como ${name}.`,
    recoveredTitle: "Você usou um código de recuperação",
    recovered: (left: number) =>
      left === 0
        ? "Era o último. Gere novos agora na sua conta, para ter sempre como voltar a entrar."
        : left === 1
          ? "Ele não vale mais, e só resta um. Gere novos em breve na sua conta."
          : `Ele não vale mais, e restam ${left}. Você pode gerar novos na sua conta.`,
  },

  enrolment: {
    title: "Proteja sua conta",
    lead: "Sua conta precisa de uma segunda etapa no login, para que uma senha roubada não seja suficiente. Escolha uma agora.",
    passkeyTitle: "Chave de acesso (passkey)",
    passkeyLead:
      "A forma mais fácil: sua impressão digital, seu rosto ou o PIN deste dispositivo ou de uma chave de segurança.",
    appTitle: "App autenticador",
    appLead: "Um app no seu telefone mostra seis dígitos que mudam o tempo todo.",
    scan: "Abra o app e leia este código QR.",
    scanLabel: "Código QR para o seu app autenticador",
    typeKey: "Ou digite esta chave no app",
    enterCode: "Digite os seis dígitos que o app mostra.",
    code: "Código do app",
    button: "Confirmar",
    missing: "Digite os seis dígitos que o app mostra.",
    wrong: "Estes não são os dígitos que o app deveria mostrar agora. Espere os próximos e tente de novo.",
    expired: "Esta página ficou aberta por muito tempo. Leia o novo código QR, por favor.",
    passkeyRefused: "Não foi possível configurar a chave de acesso. Tente de novo ou escolha o app.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Para a conta ${username} em ${server}`,
    title: "Guarde seus códigos de recuperação",
    lead: "Se um dia você perder seu dispositivo, cada um destes códigos permite entrar uma vez. Imprima os códigos ou guarde-os no seu gerenciador de senhas: eles só são mostrados agora.",
    label: "Códigos de recuperação",
    print: "Imprimir",
    done: "Já guardei: continuar",
  },

  consent: {
    title: "Permitir acesso",
    heading: "Permitir acesso à sua conta?",
    permissions: "Este app poderá",
    newPermissions: "Este app também poderá",
    allowedBefore: "Você já permitiu a este app",
    nothing: "Além do login, este app não pede nada.",
    choice: "Você pode desmarcar o que preferir guardar para si.",
    newMark: "Novo",
    resources: "Nestes serviços",
    returnsTo: (host: string) => `Nos dois casos, você volta para ${host}.`,
    policy: "Política de privacidade",
    terms: "Termos de serviço",
  },

  device: {
    title: "Conectar um dispositivo",
    lead: "Digite o código que seu dispositivo mostra.",
    code: "Código",
    hint: "Maiúsculas ou minúsculas, com ou sem o traço: tanto faz.",
    unknown: "Este código não é conhecido ou não vale mais. Compare-o com o do dispositivo ou recomece por lá.",
    missing: "Digite o código que seu dispositivo mostra.",
  },

  deviceDecision: {
    title: "Conectar este dispositivo à sua conta?",
    codeLabel: "Código",
    compare: "Seu dispositivo mostra exatamente este código? Se mostrar outro ou nenhum, recuse.",
    warningTitle: "Alguém enviou este código a você?",
    warning:
      "Se ele chegou por mensagem, e-mail ou telefone, não continue. Ao permitir, você deixaria um estranho entrar na sua conta.",
    origin: "De onde vem a solicitação",
    when: "Quando",
    address: "Endereço",
    unknownAddress: "não conhecido",
    yourAddress: "Seu endereço",
    agent: "Programa",
    unknownAgent: "não informado",
    network: {
      otherTitle: "Esta solicitação vem de uma rede diferente da sua",
      other:
        "Um dispositivo ao seu lado quase sempre estaria na sua rede. Permita só se foi você quem pediu isto, em outro lugar.",
      unknown: "Não dá para saber se a solicitação vem da sua rede. Confira no próprio dispositivo.",
    },
  },

  deviceDone: {
    approvedTitle: "Dispositivo conectado",
    approved: (client: string) => `${client} já pode usar sua conta.`,
    deniedTitle: "Solicitação recusada",
    denied: (client: string) => `${client} não recebeu acesso.`,
    returnToDevice: "Volte ao seu dispositivo. Você pode fechar esta página.",
  },

  setup: {
    title: "Boas-vindas",
    lead: "Crie a primeira conta de administração deste servidor.",
    server: "Este servidor:",
    username: "Nome de usuário",
    password: "Senha",
    button: "Criar conta",
    usernameMissing: "Escolha um nome de usuário.",
    usernameRefused: "Este nome de usuário não pode ser usado. Use letras, algarismos, pontos, hifens e sublinhados.",
    usernameTaken: "Este nome de usuário já está em uso.",
  },

  accountLink: {
    inviteTitle: "Boas-vindas",
    invite: (name: string) => `Uma conta foi criada para você, ${name}. Escolha uma senha para começar a usá-la.`,
    resetTitle: "Escolha uma nova senha",
    reset: (name: string) =>
      `Para a conta de ${name}. A senha antiga deixa de funcionar, e todas as sessões abertas com ela são encerradas, inclusive em apps e dispositivos.`,
    recoverTitle: "Recuperar o acesso de administração",
    recover: "Este link é para a pessoa a quem este servidor pertence. Indique a conta que deve ser sua.",
    recoverWhat: "O que acontece então",
    recoverSteps: [
      "A conta passa a ser de administração, com a nova senha. Se não existir nenhuma com esse nome, ela será criada.",
      "As chaves de acesso, o app autenticador e os códigos de recuperação dela são removidos: configure tudo de novo depois.",
      "Todas as sessões abertas nela são encerradas, inclusive em apps e dispositivos.",
      "Todas as outras contas ficam como estão.",
    ],
    administrators: (names: string) => `Contas de administração atuais: ${names}. Um nome novo também serve.`,
    username: "Nome de usuário",
    usernameHint: "Você entra com este nome.",
    password: "Nova senha",
    choose: "Salvar senha",
    takeOver: "Recuperar acesso",
  },

  newPassword: {
    hint: "No mínimo 8 caracteres. Várias palavras seguidas dão uma senha longa e fácil de lembrar.",
    show: "Mostrar",
    hide: "Ocultar",
    strengths: [
      "Fácil demais: está entre as primeiras a serem testadas",
      "Fraca: fácil de adivinhar",
      "Razoável: resiste a algumas tentativas",
      "Boa: difícil de adivinhar",
      "Forte: muito difícil de adivinhar",
    ],
    missing: "Escolha uma senha.",
    tooShort: "A senha é curta demais. Ela precisa de no mínimo 8 caracteres.",
    tooLong: "A senha é longa demais.",
    refused: "A senha contém caracteres que não podem ser usados, como uma quebra de linha.",
    tooEasy:
      "Esta senha está entre as primeiras que um estranho testaria. Escolha outra, por favor: várias palavras seguidas funcionam bem.",
  },

  signOut: {
    title: "Sair?",
    lead: "Isso encerra sua sessão neste servidor.",
    asked: (client: string) => `${client} pede para encerrar sua sessão.`,
    button: "Sair",
    stay: "Continuar na conta",
    doneTitle: "Você saiu da conta",
    done: "Sua sessão neste servidor foi encerrada. Em um computador compartilhado, feche também o navegador.",
  },

  interstitial: {
    title: "Sair desta página?",
    heading: (host: string) => `Voltar para ${host}?`,
    lead: "Este app enviou uma solicitação que o servidor não aceita, por isso o login não foi feito.",
    caution: "Se você não veio de lá, feche esta página.",
    continueTo: (host: string) => `Continuar para ${host}`,
  },

  formPost: {
    title: "Um momento",
    lead: (host: string) => `Você está voltando para ${host}.`,
    stuck: "Se nada acontecer, pressione o botão.",
  },

  home: {
    title: "Página inicial",
    lead: "A porta para os serviços desta máquina: uma conta, um login.",
    welcomeAnyone: "Boas-vindas",
    welcome: (name: string) => `Boas-vindas, ${name}`,
    signIn: "Entrar",
    signInExplained: "Com sua conta neste servidor",
    device: "Conectar um dispositivo",
    deviceExplained: "Digite o código que uma TV, um player ou um terminal mostra",
    account: "Sua conta",
    accountExplained: "Senha, sessões e os apps que você permitiu",
    administration: "Administração",
    administrationExplained: "Pessoas, apps, sessões e chaves",
    reference: "Referência da API",
    referenceExplained: "Para quem conecta os próprios serviços",
    signOut: "Sair",
    signOutExplained: "Encerre sua sessão neste servidor",
    setupNeeded:
      "Este servidor ainda não foi configurado. Abra o link de uso único que ele exibiu ao iniciar ou gere outro:",
  },

  error: {
    forDevelopers: "Para quem desenvolve",
    code: "Erro",
    description: "Descrição",
    requestIdExplained: "Informe este número ao pedir ajuda.",
  },

  errors: {
    invalidRequest: {
      title: "Não é possível ler esta solicitação",
      explanation: "O app enviou algo que este servidor não entende. A falha está no app, não em você.",
    },
    unknownClient: {
      title: "Este app não é conhecido aqui",
      explanation: "Ninguém o adicionou a este servidor, ou ele foi removido. Fale com quem cuida deste servidor.",
    },
    redirectMismatch: {
      title: "O caminho de volta não confere",
      explanation:
        "O app quer mandar você de volta para um endereço que ele não registrou. Para proteger sua conta, o login termina aqui.",
    },
    forbidden: {
      title: "Esta página está desatualizada",
      explanation: "O formulário não veio da sua sessão atual. Nada foi alterado. Volte e tente de novo.",
    },
    notAllowed: {
      title: "Esta página não é para a sua conta",
      explanation: "Só quem administra este servidor pode abri-la. Entre com outra conta ou fale com a administração.",
    },
    expired: {
      title: "Este login foi encerrado",
      explanation: "Ele ficou aberto por muito tempo ou já foi respondido. Volte ao app e comece de novo.",
    },
    signOutRefused: {
      title: "Não foi possível sair",
      explanation:
        "A solicitação do app não corresponde à sua sessão. A sessão continua aberta, e você pode sair por aqui.",
    },
    setupLink: {
      title: "Este link de configuração não funciona mais",
      explanation:
        "Ele funciona uma vez, durante uma hora, e só até o próximo ser gerado. Gere outro com “postern setup-link”.",
    },
    accountLink: {
      title: "Este link não funciona mais",
      explanation:
        "Um link funciona uma vez, por tempo limitado, e só até um mais novo ser gerado. Peça outro a quem cuida deste servidor. Se for você: “postern setup-link --recover” gera um que devolve seu acesso.",
    },
    notFound: {
      title: "Não há nada aqui",
      explanation: "O endereço pode ter um erro de digitação, ou a página mudou de lugar.",
    },
    methodNotAllowed: {
      title: "Isto não funciona aqui",
      explanation: "A página não pode ser chamada desta forma. Volte e tente de novo.",
    },
    tooLarge: {
      title: "Muita coisa de uma só vez",
      explanation: "A solicitação é maior do que este servidor aceita.",
    },
    tooManyRequests: {
      title: "Muitas tentativas",
      explanation: "Para proteger as contas, este servidor faz uma pausa. Espere alguns minutos e tente de novo.",
    },
    accountDisabled: {
      title: "Esta conta está desativada",
      explanation: "Fale com quem cuida deste servidor.",
    },
    busy: {
      title: "Muitas pessoas estão a iniciar sessão",
      explanation:
        "Este servidor está a verificar tantas palavras-passe quantas consegue, e a sua não estava entre elas. Nada foi alterado. Aguarde alguns segundos e tente de novo.",
    },
    cannotWrite: {
      title: "De momento nada pode ser guardado",
      explanation:
        "Este servidor não consegue escrever no seu disco, que talvez esteja cheio. Nada foi alterado. Avise quem o gere e tente de novo mais tarde.",
    },
    unavailable: {
      title: "De volta em instantes",
      explanation: "O servidor não consegue responder agora. Tente de novo daqui a pouco.",
    },
    serverError: {
      title: "Algo deu errado",
      explanation: "A falha está neste servidor. Ela foi registrada; tente de novo mais tarde.",
    },
  },
};
