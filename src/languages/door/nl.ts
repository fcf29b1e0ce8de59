import type { Texts } from "./en.ts";

/** "30 seconden", "1 minuut", "2 uur": rounded up; after a number, "uur" has no plural. */
const span = (seconds: number): string => {
  const [count, one, many] =
    seconds < 90
      ? [seconds, "seconde", "seconden"]
      : seconds < 5400
        ? [seconds / 60, "minuut", "minuten"]
        : [seconds / 3600, "uur", "uur"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${whole === 1 ? one : many}`;
};

export const dutch: Texts = {
  locale: "nl",

  common: {
    verified: "Geverifieerd",
    unverified: "Niet geverifieerd",
    unverifiedExplained:
      "Deze app heeft zichzelf geregistreerd. Geen enkele beheerder van deze server heeft de app gecontroleerd.",
    signedInAs: "Ingelogd als",
    useAnotherAccount: "Ander account gebruiken",
    approve: "Toestaan",
    deny: "Weigeren",
    continue: "Doorgaan",
    backToStart: "Naar de startpagina",
    newTab: "wordt geopend in een nieuw tabblad",
    requestId: "Verzoek",
    skipToContent: "Direct naar de inhoud",
    menu: "Menu",
    copy: "Kopiëren",
    copied: "Gekopieerd",
    tooManyAttempts: (seconds: number) => `Te veel pogingen. Probeer het over ${span(seconds)} opnieuw.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "zojuist"
      : seconds < 90
        ? `${Math.floor(seconds)} seconden geleden`
        : seconds < 5400
          ? `${Math.floor(seconds / 60)} ${seconds < 120 ? "minuut" : "minuten"} geleden`
          : seconds < 172_800
            ? `${Math.floor(seconds / 3600)} uur geleden`
            : `${Math.floor(seconds / 86_400)} dagen geleden`,

  pager: {
    label: "Pagina’s van de lijst",
    previous: "Vorige",
    next: "Volgende",
    shown: (first: number, last: number, total: number) => `${first} t/m ${last} van ${total}`,
  },

  scopes: {
    openid: "Je herkennen wanneer je inlogt",
    profile: "Je naam, je gebruikersnaam en de rest van je profiel zien",
    email: "Je e-mailadres zien",
    phone: "Je telefoonnummer zien",
    address: "Je postadres zien",
    groups: "Zien bij welke groepen je hoort",
    offline_access: "Toegang houden als je er niet bij bent, totdat je die intrekt",
    "postern:admin": "Deze hele server beheren: gebruikers, apps, sessies en sleutels",
    "postern:introspect": "De tokens controleren die andere apps aanbieden",
  },
  otherScope: (name: string) => `De machtiging “${name}” gebruiken`,

  signIn: {
    title: "Inloggen",
    toContinue: (client: string) => `om door te gaan naar ${client}`,
    again: "Voer je wachtwoord nog een keer in om te bevestigen dat jij het bent.",
    username: "Gebruikersnaam",
    password: "Wachtwoord",
    button: "Inloggen",
    wrongCredentials: "De gebruikersnaam of het wachtwoord klopt niet.",
    hostUnavailable: "Je wachtwoord kan nu niet worden gecontroleerd. Probeer het zo meteen opnieuw.",
    usernameMissing: "Voer je gebruikersnaam in.",
    passwordMissing: "Voer je wachtwoord in.",
    expired: "Deze pagina stond te lang open. Log opnieuw in.",
    or: "of",
  },

  passkeys: {
    signIn: "Inloggen met een passkey",
    confirm: "Passkey gebruiken",
    create: "Passkey aanmaken",
    failed: "Dat is niet gelukt, of het is geannuleerd. Probeer het opnieuw of kies een andere manier.",
    exists: "Op dit apparaat staat al een passkey voor je account.",
    refused: "Deze passkey is niet geaccepteerd. Probeer het opnieuw of log in met je wachtwoord.",
    unverified:
      "Deze passkey heeft niet gecontroleerd of jij het bent. Log in met je wachtwoord; de passkey is dan de tweede stap.",
  },

  secondFactor: {
    title: "Nog één stap",
    lead: "Het wachtwoord klopt. Laat nu zien dat jij het bent.",
    leadSignedIn: "Je bent ingelogd met je wachtwoord. Laat nu zien dat jij het bent.",
    code: "Code",
    codeHint: "De zes cijfers uit je authenticator-app, of een van je herstelcodes.",
    recoveryCode: "Herstelcode",
    recoveryHint: "Een van de codes die je kreeg toen je je passkey instelde.",
    button: "Verifiëren",
    missing: "Voer een code in.",
    wrong: "Deze code klopt niet, of is al gebruikt.",
    wrongPasskey: "Deze passkey is niet geaccepteerd. Probeer het opnieuw of gebruik een code.",
    account: (name: string) => `Je logt in als ${name}.`,
    recoveredTitle: "Je hebt een herstelcode gebruikt",
    recovered: (left: number) =>
      left === 0
        ? "Dat was je laatste. Maak nu meteen nieuwe in je account, zodat je altijd weer kunt inloggen."
        : left === 1
          ? "Die is nu op en je hebt er nog één. Maak binnenkort nieuwe in je account."
          : `Die is nu op en je hebt er nog ${left}. In je account kun je nieuwe maken.`,
  },

  enrolment: {
    title: "Beveilig je account",
    lead: "Voor je account is bij het inloggen een tweede stap nodig, zodat een gestolen wachtwoord niet genoeg is. Kies er nu een.",
    passkeyTitle: "Passkey",
    passkeyLead:
      "De makkelijkste manier: je vingerafdruk, je gezicht of de pincode van dit apparaat of van een beveiligingssleutel.",
    appTitle: "Authenticator-app",
    appLead: "Een app op je telefoon toont zes cijfers die steeds veranderen.",
    scan: "Open de app en scan deze afbeelding.",
    scanLabel: "QR-code voor je authenticator-app",
    typeKey: "Of typ deze sleutel in de app",
    enterCode: "Voer de zes cijfers in die de app toont.",
    code: "Code uit de app",
    button: "Bevestigen",
    missing: "Voer de zes cijfers in die de app toont.",
    wrong: "Dit zijn niet de cijfers die de app nu zou moeten tonen. Wacht op de volgende en probeer het opnieuw.",
    expired: "Deze pagina stond te lang open. Scan de nieuwe afbeelding.",
    passkeyRefused: "De passkey kon niet worden ingesteld. Probeer het opnieuw of kies de app.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Voor het account ${username} op ${server}`,
    title: "Bewaar je herstelcodes",
    lead: "Als je je apparaat ooit kwijtraakt, kun je met elk van deze codes één keer inloggen. Druk ze af of zet ze in je wachtwoordmanager: je ziet ze alleen nu.",
    label: "Herstelcodes",
    print: "Afdrukken",
    done: "Ik heb ze bewaard: doorgaan",
  },

  consent: {
    title: "Toegang toestaan",
    heading: "Toegang tot je account toestaan?",
    permissions: "De app mag dan",
    newPermissions: "De app mag dan ook",
    allowedBefore: "De app mocht al",
    nothing: "De app vraagt alleen om in te loggen, verder niets.",
    choice: "Wat je liever voor jezelf houdt, kun je uitvinken.",
    newMark: "Nieuw",
    resources: "Bij deze diensten",
    returnsTo: (host: string) => `Wat je ook kiest, je gaat terug naar ${host}.`,
    policy: "Privacybeleid",
    terms: "Servicevoorwaarden",
  },

  device: {
    title: "Apparaat koppelen",
    lead: "Voer de code in die je apparaat toont.",
    code: "Code",
    hint: "Hoofdletters of kleine letters, met of zonder streepje: het maakt niet uit.",
    unknown:
      "Deze code is niet bekend of niet meer geldig. Vergelijk de code met die op je apparaat, of begin daar opnieuw.",
    missing: "Voer de code in die je apparaat toont.",
  },

  deviceDecision: {
    title: "Dit apparaat aan je account koppelen?",
    codeLabel: "Code",
    compare: "Zie je op je apparaat precies deze code? Zie je een andere code of geen, kies dan Weigeren.",
    warningTitle: "Heeft iemand je deze code gestuurd?",
    warning:
      "Kreeg je de code via een bericht, e-mail of telefoongesprek? Ga dan niet verder. Als je dit toestaat, laat je een vreemde in je account.",
    origin: "Waar het verzoek vandaan komt",
    when: "Tijd",
    address: "Adres",
    unknownAddress: "niet bekend",
    yourAddress: "Jouw adres",
    agent: "Programma",
    unknownAgent: "niet opgegeven",
    network: {
      otherTitle: "Dit verzoek komt uit een ander netwerk dan dat van jou",
      other:
        "Een apparaat dat bij je in de buurt is, zit meestal in hetzelfde netwerk. Sta dit alleen toe als je dit verzoek zelf ergens anders hebt gedaan.",
      unknown: "Het is niet te zeggen of het verzoek uit jouw netwerk komt. Kijk op het apparaat zelf.",
    },
  },

  deviceDone: {
    approvedTitle: "Apparaat gekoppeld",
    approved: (client: string) => `${client} kan je account nu gebruiken.`,
    deniedTitle: "Verzoek geweigerd",
    denied: (client: string) => `${client} heeft geen toegang gekregen.`,
    returnToDevice: "Ga terug naar je apparaat. Je kunt deze pagina sluiten.",
  },

  setup: {
    title: "Welkom",
    lead: "Maak de eerste beheerder van deze server aan.",
    server: "Deze server:",
    username: "Gebruikersnaam",
    password: "Wachtwoord",
    button: "Beheerder aanmaken",
    usernameMissing: "Kies een gebruikersnaam.",
    usernameRefused:
      "Deze gebruikersnaam is niet toegestaan. Gebruik letters, cijfers, punten, streepjes en underscores.",
    usernameTaken: "Deze gebruikersnaam is al in gebruik.",
  },

  accountLink: {
    inviteTitle: "Welkom",
    invite: (name: string) => `Er is een account voor je aangemaakt, ${name}. Kies een wachtwoord en het is van jou.`,
    resetTitle: "Kies een nieuw wachtwoord",
    reset: (name: string) =>
      `Voor het account van ${name}. Het oude wachtwoord werkt daarna niet meer en iedereen die ermee is ingelogd, wordt uitgelogd, ook apps en apparaten.`,
    recoverTitle: "Beheerderstoegang herstellen",
    recover: "Deze link is voor de eigenaar van deze server. Geef op welk account van jou moet zijn.",
    recoverWhat: "Wat er dan gebeurt",
    recoverSteps: [
      "Het account wordt een beheerdersaccount met het nieuwe wachtwoord. Bestaat er nog geen account met die naam, dan wordt het aangemaakt.",
      "De passkeys, authenticator-app en herstelcodes van het account worden verwijderd: stel ze daarna opnieuw in.",
      "Iedereen die erop is ingelogd, wordt uitgelogd, ook apps en apparaten.",
      "Alle andere accounts blijven zoals ze zijn.",
    ],
    administrators: (names: string) => `Huidige beheerders: ${names}. Een nieuwe naam kan ook.`,
    username: "Gebruikersnaam",
    usernameHint: "Met deze naam log je in.",
    password: "Nieuw wachtwoord",
    choose: "Wachtwoord opslaan",
    takeOver: "Toegang herstellen",
  },

  newPassword: {
    hint: "Minstens 8 tekens. Een paar woorden achter elkaar zijn lang en makkelijk te onthouden.",
    show: "Tonen",
    hide: "Verbergen",
    strengths: [
      "Te makkelijk: wordt als een van de eerste geprobeerd",
      "Zwak: makkelijk te raden",
      "Redelijk: bestand tegen enig gokwerk",
      "Goed: moeilijk te raden",
      "Sterk: heel moeilijk te raden",
    ],
    missing: "Kies een wachtwoord.",
    tooShort: "Het wachtwoord is te kort. Er zijn minstens 8 tekens nodig.",
    tooLong: "Het wachtwoord is te lang.",
    refused: "Het wachtwoord bevat tekens die niet zijn toegestaan, zoals een regeleinde.",
    tooEasy:
      "Dit is een van de eerste wachtwoorden die een vreemde zou proberen. Kies een ander: een paar woorden achter elkaar werken goed.",
  },

  signOut: {
    title: "Uitloggen?",
    lead: "Hiermee eindigt je sessie op deze server.",
    asked: (client: string) => `${client} vraagt om je uit te loggen.`,
    button: "Uitloggen",
    stay: "Ingelogd blijven",
    doneTitle: "Je bent uitgelogd",
    done: "Je sessie op deze server is beëindigd. Sluit op een gedeelde computer ook de browser.",
  },

  interstitial: {
    title: "Deze pagina verlaten?",
    heading: (host: string) => `Teruggaan naar ${host}?`,
    lead: "Deze app heeft een verzoek gestuurd dat de server niet accepteert. Je bent daar dus niet ingelogd.",
    caution: "Kwam je daar niet vandaan, sluit dan deze pagina.",
    continueTo: (host: string) => `Doorgaan naar ${host}`,
  },

  formPost: {
    title: "Een ogenblik",
    lead: (host: string) => `Je gaat terug naar ${host}.`,
    stuck: "Gebeurt er niets? Druk dan op de knop.",
  },

  home: {
    title: "Startpagina",
    lead: "De toegangspoort tot de diensten op dit systeem: één account, één keer inloggen.",
    welcomeAnyone: "Welkom",
    welcome: (name: string) => `Welkom, ${name}`,
    signIn: "Inloggen",
    signInExplained: "Met je account op deze server",
    device: "Apparaat koppelen",
    deviceExplained: "Voer de code in die een tv, mediaspeler of terminal toont",
    account: "Je account",
    accountExplained: "Wachtwoord, sessies en de apps die je toegang geeft",
    administration: "Beheer",
    administrationExplained: "Gebruikers, apps, sessies en sleutels",
    reference: "API-referentie",
    referenceExplained: "Voor wie eigen diensten aansluit",
    signOut: "Uitloggen",
    signOutExplained: "Je sessie op deze server beëindigen",
    setupNeeded:
      "Deze server is nog niet ingericht. Open de eenmalige link die de server bij het starten toonde, of vraag een nieuwe op:",
  },

  error: {
    forDevelopers: "Voor ontwikkelaars",
    code: "Fout",
    description: "Beschrijving",
    requestIdExplained: "Geef dit nummer door als je om hulp vraagt.",
  },

  errors: {
    invalidRequest: {
      title: "Dit verzoek is niet te lezen",
      explanation: "De app heeft iets gestuurd wat deze server niet begrijpt. De fout ligt bij de app, niet bij jou.",
    },
    unknownClient: {
      title: "Deze app is hier niet bekend",
      explanation:
        "Niemand heeft de app aan deze server toegevoegd, of de app is verwijderd. Neem contact op met de beheerder van deze server.",
    },
    redirectMismatch: {
      title: "De weg terug klopt niet",
      explanation:
        "De app wil je terugsturen naar een adres dat niet is geregistreerd. Om je account te beschermen stopt het inloggen hier.",
    },
    forbidden: {
      title: "Deze pagina is verouderd",
      explanation:
        "Het formulier hoort niet bij je huidige sessie. Er is niets gewijzigd. Ga terug en probeer het opnieuw.",
    },
    notAllowed: {
      title: "Deze pagina is niet voor jouw account",
      explanation:
        "Alleen beheerders van deze server mogen die openen. Log in met een ander account of vraag het een van hen.",
    },
    expired: {
      title: "Deze inlogpoging is verlopen",
      explanation: "Die stond te lang open of is al afgehandeld. Ga terug naar de app en begin opnieuw.",
    },
    signOutRefused: {
      title: "Uitloggen is zo niet mogelijk",
      explanation: "Het verzoek van de app past niet bij je sessie. Je bent nog ingelogd en kunt zelf uitloggen.",
    },
    setupLink: {
      title: "Deze installatielink werkt niet meer",
      explanation:
        "De link werkt één keer, een uur lang, en alleen tot de volgende wordt gemaakt. Met “postern setup-link” krijg je een nieuwe.",
    },
    accountLink: {
      title: "Deze link werkt niet meer",
      explanation:
        "Een link werkt één keer, voor beperkte tijd, en alleen tot er een nieuwe wordt gemaakt. Vraag de beheerder van deze server om een andere. Ben je dat zelf? Dan krijg je met “postern setup-link --recover” een link waarmee je er weer in komt.",
    },
    notFound: {
      title: "Hier is niets",
      explanation: "Misschien is het adres verkeerd getypt, of is de pagina verplaatst.",
    },
    methodNotAllowed: {
      title: "Dit werkt hier niet",
      explanation: "De pagina kan niet op deze manier worden opgevraagd. Ga terug en probeer het opnieuw.",
    },
    tooLarge: {
      title: "Dat was te veel tegelijk",
      explanation: "Het verzoek is groter dan deze server accepteert.",
    },
    tooManyRequests: {
      title: "Te veel pogingen",
      explanation:
        "Om accounts te beschermen last deze server een pauze in. Wacht een paar minuten en probeer het opnieuw.",
    },
    accountDisabled: {
      title: "Dit account is uitgeschakeld",
      explanation: "Neem contact op met de beheerder van deze server.",
    },
    busy: {
      title: "Veel mensen melden zich nu aan",
      explanation:
        "De server controleert zoveel wachtwoorden als hij kan, en het jouwe was daar niet bij. Er is niets gewijzigd. Wacht een paar seconden en probeer het opnieuw.",
    },
    cannotWrite: {
      title: "Er kan nu niets worden opgeslagen",
      explanation:
        "Deze server kan niet naar zijn schijf schrijven; die is misschien vol. Er is niets gewijzigd. Zeg het tegen wie de server beheert en probeer het later opnieuw.",
    },
    unavailable: {
      title: "Zo weer terug",
      explanation: "De server kan nu even niet antwoorden. Probeer het zo meteen opnieuw.",
    },
    serverError: {
      title: "Er is iets misgegaan",
      explanation: "De fout ligt bij deze server en is vastgelegd. Probeer het later opnieuw.",
    },
  },
};
