import type { Texts } from "./en.ts";

/** Zero and one are singular in French. */
const count = (number: number, one: string, many: string) => `${number} ${number < 2 ? one : many}`;

/** Rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const [length, one, many] =
    seconds < 90
      ? [seconds, "seconde", "secondes"]
      : seconds < 5400
        ? [seconds / 60, "minute", "minutes"]
        : [seconds / 3600, "heure", "heures"];
  return count(Math.max(1, Math.ceil(length)), one, many);
};

export const french: Texts = {
  locale: "fr",

  common: {
    verified: "Vérifiée",
    unverified: "Non vérifiée",
    unverifiedExplained:
      "Cette application s’est inscrite elle-même. L’administration de ce serveur ne l’a pas vérifiée.",
    signedInAs: "Compte connecté\u00a0:",
    useAnotherAccount: "Utiliser un autre compte",
    approve: "Autoriser",
    deny: "Refuser",
    continue: "Continuer",
    backToStart: "Retour à l’accueil",
    newTab: "s’ouvre dans un nouvel onglet",
    requestId: "Requête",
    skipToContent: "Aller au contenu",
    menu: "Menu",
    copy: "Copier",
    copied: "Copié",
    tooManyAttempts: (seconds: number) => `Trop de tentatives. Réessayez dans ${span(seconds)}.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "à l’instant"
      : seconds < 90
        ? `il y a ${Math.floor(seconds)} secondes`
        : seconds < 5400
          ? `il y a ${count(Math.floor(seconds / 60), "minute", "minutes")}`
          : seconds < 172_800
            ? `il y a ${count(Math.floor(seconds / 3600), "heure", "heures")}`
            : `il y a ${Math.floor(seconds / 86_400)} jours`,

  pager: {
    label: "Pages de la liste",
    previous: "Précédent",
    next: "Suivant",
    shown: (first: number, last: number, total: number) => `${first} à ${last} sur ${total}`,
  },

  scopes: {
    openid: "Vous reconnaître quand vous vous connectez",
    profile: "Voir votre nom, votre nom d’utilisateur et le reste de votre profil",
    email: "Voir votre adresse e-mail",
    phone: "Voir votre numéro de téléphone",
    address: "Voir votre adresse postale",
    groups: "Voir les groupes dont vous faites partie",
    offline_access: "Garder son accès en votre absence, jusqu’à ce que vous le retiriez",
    "postern:admin": "Administrer tout ce serveur\u00a0: personnes, applications, sessions et clés",
    "postern:introspect": "Vérifier les jetons que présentent d’autres applications",
  },
  otherScope: (name: string) => `Utiliser l’autorisation «\u00a0${name}\u00a0»`,

  signIn: {
    title: "Connexion",
    toContinue: (client: string) => `pour continuer vers ${client}`,
    again: "Saisissez encore une fois votre mot de passe pour confirmer que c’est bien vous.",
    username: "Nom d’utilisateur",
    password: "Mot de passe",
    button: "Se connecter",
    wrongCredentials: "Le nom d’utilisateur ou le mot de passe est incorrect.",
    hostUnavailable: "Votre mot de passe ne peut pas être vérifié pour le moment. Veuillez réessayer dans un instant.",
    usernameMissing: "Saisissez votre nom d’utilisateur.",
    passwordMissing: "Saisissez votre mot de passe.",
    expired: "Cette page est restée ouverte trop longtemps. Veuillez vous reconnecter.",
    or: "ou",
  },

  passkeys: {
    signIn: "Utiliser une clé d’accès",
    confirm: "Utiliser votre clé d’accès",
    create: "Créer une clé d’accès",
    failed: "Cela n’a pas fonctionné ou a été annulé. Réessayez, ou choisissez un autre moyen.",
    exists: "Cet appareil contient déjà une clé d’accès pour votre compte.",
    refused: "Cette clé d’accès n’a pas été acceptée. Réessayez, ou connectez-vous avec votre mot de passe.",
    unverified:
      "Cette clé d’accès n’a pas vérifié que c’est bien vous. Connectez-vous avec votre mot de passe\u202f; elle servira alors de seconde étape.",
  },

  secondFactor: {
    title: "Encore une étape",
    lead: "Le mot de passe est correct. Confirmez maintenant que c’est bien vous.",
    leadSignedIn: "Vous avez ouvert votre session avec votre mot de passe. Confirmez maintenant que c’est bien vous.",
    code: "Code",
    codeHint: "Les six chiffres de votre application d’authentification, ou l’un de vos codes de secours.",
    recoveryCode: "Code de secours",
    recoveryHint: "L’un des codes que vous avez reçus en configurant votre clé d’accès.",
    button: "Vérifier",
    missing: "Saisissez un code.",
    wrong: "Ce code est incorrect ou a déjà été utilisé.",
    wrongPasskey: "Cette clé d’accès n’a pas été acceptée. Réessayez, ou utilisez un code.",
    account: (name: string) => `Connexion avec le compte ${name}.`,
    recoveredTitle: "Vous avez utilisé un code de secours",
    recovered: (left: number) =>
      left === 0
        ? "C’était le dernier. Créez-en de nouveaux dans votre compte dès maintenant, pour pouvoir toujours y revenir."
        : left === 1
          ? "Il ne peut plus servir, et il vous en reste un. Créez-en bientôt de nouveaux dans votre compte."
          : `Il ne peut plus servir, et il vous en reste ${left}. Vous pouvez en créer de nouveaux dans votre compte.`,
  },

  enrolment: {
    title: "Protégez votre compte",
    lead: "À la connexion, votre compte demande une seconde étape, pour qu’un mot de passe volé ne suffise pas. Choisissez-en une maintenant.",
    passkeyTitle: "Clé d’accès",
    passkeyLead:
      "Le plus simple\u00a0: votre empreinte, votre visage ou le code PIN de cet appareil ou d’une clé de sécurité.",
    appTitle: "Application d’authentification",
    appLead: "Une application sur votre téléphone affiche six chiffres qui changent sans cesse.",
    scan: "Ouvrez l’application et scannez cette image.",
    scanLabel: "Code QR pour votre application d’authentification",
    typeKey: "Ou saisissez cette clé dans l’application",
    enterCode: "Saisissez les six chiffres que l’application affiche.",
    code: "Code de l’application",
    button: "Confirmer",
    missing: "Saisissez les six chiffres que l’application affiche.",
    wrong:
      "Ce ne sont pas les chiffres que l’application devrait afficher en ce moment. Attendez les suivants et réessayez.",
    expired: "Cette page est restée ouverte trop longtemps. Veuillez scanner la nouvelle image.",
    passkeyRefused: "La clé d’accès n’a pas pu être configurée. Réessayez, ou choisissez l’application.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Pour le compte ${username} sur ${server}`,
    title: "Conservez vos codes de secours",
    lead: "Si vous perdez un jour votre appareil, chacun de ces codes vous permet de vous connecter une fois. Imprimez-les ou placez-les dans votre gestionnaire de mots de passe\u00a0: ils ne sont affichés que maintenant.",
    label: "Codes de secours",
    print: "Imprimer",
    done: "Je les ai conservés\u00a0: continuer",
  },

  consent: {
    title: "Autoriser l’accès",
    heading: "Autoriser l’accès à votre compte\u202f?",
    permissions: "L’application pourra",
    newPermissions: "L’application pourra aussi",
    allowedBefore: "Vous l’avez déjà autorisée à",
    nothing: "Elle ne demande rien d’autre que votre connexion.",
    choice: "Vous pouvez décocher ce que vous préférez garder pour vous.",
    newMark: "Nouveau",
    resources: "Auprès de ces services",
    returnsTo: (host: string) => `Dans les deux cas, vous reviendrez sur ${host}.`,
    policy: "Politique de confidentialité",
    terms: "Conditions d’utilisation",
  },

  device: {
    title: "Associer un appareil",
    lead: "Saisissez le code que votre appareil affiche.",
    code: "Code",
    hint: "En majuscules ou en minuscules, avec ou sans le tiret\u00a0: peu importe.",
    unknown:
      "Ce code est inconnu ou n’est plus valable. Comparez-le avec celui de votre appareil, ou recommencez sur l’appareil.",
    missing: "Saisissez le code que votre appareil affiche.",
  },

  deviceDecision: {
    title: "Associer cet appareil à votre compte\u202f?",
    codeLabel: "Code",
    compare: "Votre appareil affiche-t-il exactement ce code\u202f? S’il en affiche un autre ou aucun, refusez.",
    warningTitle: "Quelqu’un vous a envoyé ce code\u202f?",
    warning:
      "Si vous l’avez reçu par message, par e-mail ou par téléphone, n’allez pas plus loin. Autoriser donnerait à une personne inconnue l’accès à votre compte.",
    origin: "D’où vient la demande",
    when: "Quand",
    address: "Adresse",
    unknownAddress: "inconnue",
    yourAddress: "Votre adresse",
    agent: "Programme",
    unknownAgent: "non indiqué",
    network: {
      otherTitle: "Cette demande vient d’un autre réseau que le vôtre",
      other:
        "Un appareil près de vous serait le plus souvent sur votre réseau. N’autorisez que si vous avez vous-même fait cette demande, ailleurs.",
      unknown: "Impossible de savoir si la demande vient de votre réseau. Regardez l’appareil lui-même.",
    },
  },

  deviceDone: {
    approvedTitle: "Appareil associé",
    approved: (client: string) => `${client} peut maintenant utiliser votre compte.`,
    deniedTitle: "Demande refusée",
    denied: (client: string) => `L’accès a été refusé à ${client}.`,
    returnToDevice: "Retournez à votre appareil. Vous pouvez fermer cette page.",
  },

  setup: {
    title: "Bienvenue",
    lead: "Créez le premier compte administrateur de ce serveur.",
    // A colon follows.
    server: "Ce serveur\u00a0:",
    username: "Nom d’utilisateur",
    password: "Mot de passe",
    button: "Créer le compte",
    usernameMissing: "Choisissez un nom d’utilisateur.",
    usernameRefused:
      "Ce nom d’utilisateur ne convient pas. Utilisez des lettres, des chiffres, des points, des tirets et des tirets bas.",
    usernameTaken: "Ce nom d’utilisateur est déjà pris.",
  },

  accountLink: {
    inviteTitle: "Bienvenue",
    invite: (name: string) =>
      `Un compte a été créé pour vous, ${name}. Choisissez un mot de passe, et le compte est à vous.`,
    resetTitle: "Choisissez un nouveau mot de passe",
    reset: (name: string) =>
      `Pour le compte «\u00a0${name}\u00a0». L’ancien mot de passe cessera de fonctionner, toutes les sessions ouvertes seront fermées, et les applications et les appareils perdront leur accès.`,
    recoverTitle: "Retrouver l’accès administrateur",
    recover:
      "Ce lien est réservé à la personne à qui appartient ce serveur. Indiquez le compte qui doit être le vôtre.",
    recoverWhat: "Ce qui va se passer",
    recoverSteps: [
      "Le compte devient un compte administrateur avec le nouveau mot de passe. S’il n’en existe aucun de ce nom, il est créé.",
      "Ses clés d’accès, son application d’authentification et ses codes de secours sont supprimés\u00a0: reconfigurez-les ensuite.",
      "Toutes ses sessions sont fermées, et les applications et les appareils perdent leur accès.",
      "Tous les autres comptes restent inchangés.",
    ],
    administrators: (names: string) =>
      `Comptes administrateurs actuels\u00a0: ${names}. Un nouveau nom convient aussi.`,
    username: "Nom d’utilisateur",
    usernameHint: "Vous vous connectez avec ce nom.",
    password: "Nouveau mot de passe",
    choose: "Enregistrer",
    takeOver: "Retrouver l’accès",
  },

  newPassword: {
    hint: "Au moins 8 caractères. Plusieurs mots à la suite, c’est long et facile à retenir.",
    show: "Afficher",
    hide: "Masquer",
    strengths: [
      "Trop facile\u00a0: parmi les premiers essayés",
      "Faible\u00a0: facile à deviner",
      "Moyen\u00a0: résiste à quelques essais",
      "Bon\u00a0: difficile à deviner",
      "Fort\u00a0: très difficile à deviner",
    ],
    missing: "Choisissez un mot de passe.",
    tooShort: "Le mot de passe est trop court. Il doit compter au moins 8 caractères.",
    tooLong: "Le mot de passe est trop long.",
    refused: "Le mot de passe contient des caractères qui ne conviennent pas, comme un saut de ligne.",
    tooEasy:
      "Ce mot de passe est l’un des premiers qu’une personne malveillante essaierait. Veuillez en choisir un autre\u00a0: plusieurs mots à la suite font l’affaire.",
  },

  signOut: {
    title: "Se déconnecter\u202f?",
    lead: "Votre session sur ce serveur prendra fin.",
    asked: (client: string) => `${client} demande votre déconnexion.`,
    button: "Se déconnecter",
    stay: "Garder ma session",
    doneTitle: "Déconnexion effectuée",
    done: "Votre session sur ce serveur est terminée. Sur un ordinateur partagé, fermez aussi le navigateur.",
  },

  interstitial: {
    title: "Quitter cette page\u202f?",
    heading: (host: string) => `Revenir sur ${host}\u202f?`,
    lead: "Cette application a envoyé une requête que le serveur n’accepte pas. La connexion n’a donc pas eu lieu.",
    caution: "Si vous ne venez pas de là, fermez cette page.",
    continueTo: (host: string) => `Continuer vers ${host}`,
  },

  formPost: {
    title: "Un instant",
    lead: (host: string) => `Vous allez revenir sur ${host}.`,
    stuck: "Si rien ne se passe, appuyez sur le bouton.",
  },

  home: {
    title: "Accueil",
    lead: "La porte d’entrée des services de cette machine\u00a0: un seul compte, une seule connexion.",
    welcomeAnyone: "Bienvenue",
    welcome: (name: string) => `Bienvenue, ${name}`,
    signIn: "Se connecter",
    signInExplained: "Avec votre compte sur ce serveur",
    device: "Associer un appareil",
    deviceExplained: "Saisir le code qu’affiche un téléviseur, un lecteur ou un terminal",
    account: "Votre compte",
    accountExplained: "Mot de passe, sessions et applications autorisées",
    administration: "Administration",
    administrationExplained: "Personnes, applications, sessions et clés",
    reference: "Référence de l’API",
    referenceExplained: "Pour connecter vos propres services",
    signOut: "Se déconnecter",
    signOutExplained: "Mettre fin à votre session sur ce serveur",
    setupNeeded:
      "Ce serveur n’a pas encore été configuré. Ouvrez le lien à usage unique qu’il a affiché à son démarrage, ou affichez-en un nouveau\u00a0:",
  },

  error: {
    forDevelopers: "Détails techniques",
    code: "Erreur",
    description: "Description",
    requestIdExplained: "Indiquez ce numéro quand vous demandez de l’aide.",
  },

  errors: {
    invalidRequest: {
      title: "Cette requête est illisible",
      explanation:
        "L’application a envoyé quelque chose que ce serveur ne comprend pas. L’erreur vient de l’application, pas de vous.",
    },
    unknownClient: {
      title: "Cette application n’est pas connue ici",
      explanation:
        "Personne ne l’a ajoutée à ce serveur, ou elle a été supprimée. Adressez-vous à la personne qui gère ce serveur.",
    },
    redirectMismatch: {
      title: "L’adresse de retour ne correspond pas",
      explanation:
        "L’application veut vous renvoyer à une adresse qu’elle n’a pas déclarée. Pour protéger votre compte, la connexion s’arrête ici.",
    },
    forbidden: {
      title: "Cette page n’est plus à jour",
      explanation:
        "Le formulaire ne vient pas de votre session actuelle. Rien n’a été modifié. Revenez en arrière et réessayez.",
    },
    notAllowed: {
      title: "Cette page n’est pas pour votre compte",
      explanation:
        "Seuls les comptes administrateurs de ce serveur peuvent l’ouvrir. Connectez-vous avec un autre compte, ou adressez-vous à la personne qui gère ce serveur.",
    },
    expired: {
      title: "Cette connexion a pris fin",
      explanation:
        "Elle est restée ouverte trop longtemps ou a déjà reçu une réponse. Retournez à l’application et recommencez.",
    },
    signOutRefused: {
      title: "Cette déconnexion n’est pas possible",
      explanation:
        "La requête de l’application ne correspond pas à votre session. Votre session reste ouverte, et vous pouvez vous déconnecter vous-même.",
    },
    setupLink: {
      title: "Ce lien de configuration initiale n’est plus valable",
      explanation:
        "Il sert une seule fois, pendant une heure, et seulement tant qu’aucun autre n’a été affiché. Affichez-en un nouveau avec «\u00a0postern setup-link\u00a0».",
    },
    accountLink: {
      title: "Ce lien n’est plus valable",
      explanation:
        "Un lien sert une seule fois, pendant un temps limité, et seulement tant qu’aucun autre n’a été créé. Demandez-en un autre à la personne qui gère ce serveur. Si c’est vous, «\u00a0postern setup-link --recover\u00a0» en affiche un qui vous redonne accès.",
    },
    notFound: {
      title: "Il n’y a rien ici",
      explanation: "L’adresse est peut-être mal saisie, ou la page a été déplacée.",
    },
    methodNotAllowed: {
      title: "Cela ne fonctionne pas ici",
      explanation: "La page ne peut pas être appelée de cette façon. Revenez en arrière et réessayez.",
    },
    tooLarge: {
      title: "Trop de données à la fois",
      explanation: "La requête est plus grande que ce que ce serveur accepte.",
    },
    tooManyRequests: {
      title: "Trop de tentatives",
      explanation: "Pour protéger les comptes, ce serveur fait une pause. Attendez quelques minutes, puis réessayez.",
    },
    accountDisabled: {
      title: "Ce compte est désactivé",
      explanation: "Adressez-vous à la personne qui gère ce serveur.",
    },
    busy: {
      title: "Beaucoup de personnes se connectent",
      explanation:
        "Ce serveur vérifie autant de mots de passe qu’il le peut, et le vôtre n’en faisait pas partie. Rien n’a été modifié. Attendez quelques secondes et réessayez.",
    },
    cannotWrite: {
      title: "Rien ne peut être enregistré pour le moment",
      explanation:
        "Ce serveur ne peut pas écrire sur son disque, qui est peut-être plein. Rien n'a été modifié. Prévenez la personne qui le gère et réessayez plus tard.",
    },
    unavailable: {
      title: "De retour dans un instant",
      explanation: "Le serveur ne peut pas répondre pour le moment. Réessayez un peu plus tard.",
    },
    serverError: {
      title: "Une erreur s’est produite",
      explanation: "L’erreur vient de ce serveur. Elle a été consignée\u202f; réessayez plus tard.",
    },
  },
};
