import type { Texts } from "./en.ts";

/** „30 Sekunden“, „1 Minute“, „2 Stunden“: aufgerundet, im Dativ und Akkusativ brauchbar. */
const span = (seconds: number): string => {
  const [count, one, many] =
    seconds < 90
      ? [seconds, "Sekunde", "Sekunden"]
      : seconds < 5400
        ? [seconds / 60, "Minute", "Minuten"]
        : [seconds / 3600, "Stunde", "Stunden"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${whole === 1 ? one : many}`;
};

export const german: Texts = {
  locale: "de",

  common: {
    verified: "Geprüft",
    unverified: "Ungeprüft",
    unverifiedExplained: "Diese App hat sich selbst angemeldet. Niemand, der diesen Server verwaltet, hat sie geprüft.",
    signedInAs: "Angemeldet als",
    useAnotherAccount: "Anderes Konto verwenden",
    approve: "Erlauben",
    deny: "Ablehnen",
    continue: "Weiter",
    backToStart: "Zur Startseite",
    newTab: "öffnet sich in einem neuen Tab",
    requestId: "Anfrage",
    skipToContent: "Zum Inhalt springen",
    menu: "Menü",
    copy: "Kopieren",
    copied: "Kopiert",
    tooManyAttempts: (seconds: number) => `Zu viele Versuche. Bitte in ${span(seconds)} noch einmal.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "gerade eben"
      : seconds < 90
        ? `vor ${Math.floor(seconds)} Sekunden`
        : seconds < 5400
          ? `vor ${Math.floor(seconds / 60)} Minute${seconds < 120 ? "" : "n"}`
          : seconds < 172_800
            ? `vor ${Math.floor(seconds / 3600)} Stunde${seconds < 7200 ? "" : "n"}`
            : `vor ${Math.floor(seconds / 86_400)} Tagen`,

  pager: {
    label: "Seiten der Liste",
    previous: "Zurück",
    next: "Weiter",
    shown: (first: number, last: number, total: number) => `${first} bis ${last} von ${total}`,
  },

  scopes: {
    openid: "Sie bei der Anmeldung wiedererkennen",
    profile: "Ihren Namen, Ihren Benutzernamen und die übrigen Angaben Ihres Profils sehen",
    email: "Ihre E-Mail-Adresse sehen",
    phone: "Ihre Telefonnummer sehen",
    address: "Ihre Anschrift sehen",
    groups: "Sehen, zu welchen Gruppen Sie gehören",
    offline_access: "Den Zugriff behalten, auch wenn Sie nicht da sind, bis Sie ihn zurücknehmen",
    "postern:admin": "Diesen ganzen Server verwalten: Personen, Apps, Sitzungen und Schlüssel",
    "postern:introspect": "Token prüfen, die andere Apps vorzeigen",
  },
  otherScope: (name: string) => `Die Berechtigung „${name}“ nutzen`,

  signIn: {
    title: "Anmelden",
    toContinue: (client: string) => `weiter zu ${client}`,
    again: "Geben Sie Ihr Passwort noch einmal ein, damit sicher ist, dass Sie es sind.",
    username: "Benutzername",
    password: "Passwort",
    button: "Anmelden",
    wrongCredentials: "Benutzername oder Passwort stimmt nicht.",
    hostUnavailable: "Ihr Passwort kann im Moment nicht geprüft werden. Bitte versuchen Sie es gleich noch einmal.",
    usernameMissing: "Geben Sie Ihren Benutzernamen ein.",
    passwordMissing: "Geben Sie Ihr Passwort ein.",
    expired: "Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an.",
    or: "oder",
  },

  passkeys: {
    signIn: "Mit Passkey anmelden",
    confirm: "Passkey verwenden",
    create: "Passkey anlegen",
    failed:
      "Das hat nicht geklappt oder wurde abgebrochen. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.",
    exists: "Auf diesem Gerät gibt es schon einen Passkey für Ihr Konto.",
    refused:
      "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder melden Sie sich mit Ihrem Passwort an.",
    unverified:
      "Dieser Passkey hat nicht geprüft, ob Sie es sind. Melden Sie sich mit Ihrem Passwort an; der Passkey dient dann als zweiter Schritt.",
  },

  secondFactor: {
    title: "Noch ein Schritt",
    lead: "Das Passwort stimmt. Zeigen Sie jetzt, dass Sie es wirklich sind.",
    leadSignedIn: "Sie sind mit Ihrem Passwort angemeldet. Zeigen Sie jetzt, dass Sie es wirklich sind.",
    code: "Code",
    codeHint: "Die sechs Ziffern aus Ihrer Authenticator-App oder einer Ihrer Wiederherstellungscodes.",
    recoveryCode: "Wiederherstellungscode",
    recoveryHint: "Einer der Codes, die Sie beim Einrichten Ihres Passkeys bekommen haben.",
    button: "Bestätigen",
    missing: "Geben Sie einen Code ein.",
    wrong: "Dieser Code stimmt nicht oder wurde schon verwendet.",
    wrongPasskey: "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder geben Sie einen Code ein.",
    account: (name: string) => `Anmeldung als ${name}.`,
    recoveredTitle: "Sie haben einen Wiederherstellungscode verwendet",
    recovered: (left: number) =>
      left === 0
        ? "Das war Ihr letzter. Erstellen Sie in Ihrem Konto gleich neue, damit Sie immer wieder hineinkommen."
        : left === 1
          ? "Er ist nun verbraucht, einer ist übrig. Erstellen Sie in Ihrem Konto bald neue."
          : `Er ist nun verbraucht, ${left} sind übrig. Neue können Sie in Ihrem Konto erstellen.`,
  },

  enrolment: {
    title: "Ihr Konto schützen",
    lead: "Ihr Konto braucht bei der Anmeldung einen zweiten Schritt, damit ein gestohlenes Passwort nicht genügt. Wählen Sie jetzt einen aus.",
    passkeyTitle: "Passkey",
    passkeyLead:
      "Der einfachste Weg: Ihr Fingerabdruck, Ihr Gesicht oder die PIN dieses Geräts oder eines Sicherheitsschlüssels.",
    appTitle: "Authenticator-App",
    appLead: "Eine App auf Ihrem Telefon zeigt sechs Ziffern, die sich ständig ändern.",
    scan: "Öffnen Sie die App und scannen Sie dieses Bild.",
    scanLabel: "QR-Code für Ihre Authenticator-App",
    typeKey: "Oder tippen Sie diesen Schlüssel in die App",
    enterCode: "Geben Sie die sechs Ziffern ein, die die App zeigt.",
    code: "Code aus der App",
    button: "Bestätigen",
    missing: "Geben Sie die sechs Ziffern ein, die die App zeigt.",
    wrong:
      "Das sind nicht die Ziffern, die die App jetzt zeigen sollte. Warten Sie auf die nächsten und versuchen Sie es noch einmal.",
    expired: "Diese Seite war zu lange offen. Bitte scannen Sie das neue Bild.",
    passkeyRefused:
      "Der Passkey konnte nicht eingerichtet werden. Versuchen Sie es noch einmal oder wählen Sie die App.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Für das Konto ${username} auf ${server}`,
    title: "Heben Sie Ihre Wiederherstellungscodes auf",
    lead: "Falls Sie Ihr Gerät einmal verlieren, lässt Sie jeder dieser Codes einmal hinein. Drucken Sie sie aus oder legen Sie sie in Ihren Passwortmanager: Sie werden nur jetzt gezeigt.",
    label: "Wiederherstellungscodes",
    print: "Drucken",
    done: "Aufgehoben: weiter",
  },

  consent: {
    title: "Zugriff erlauben",
    heading: "Zugriff auf Ihr Konto erlauben?",
    permissions: "Das kann die App dann",
    newPermissions: "Das kann die App dann außerdem",
    allowedBefore: "Das haben Sie ihr schon erlaubt",
    nothing: "Außer Ihrer Anmeldung verlangt sie nichts.",
    choice: "Was Sie lieber für sich behalten, können Sie abwählen.",
    newMark: "Neu",
    resources: "Bei diesen Diensten",
    returnsTo: (host: string) => `In beiden Fällen geht es zurück zu ${host}.`,
    policy: "Datenschutzerklärung",
    terms: "Nutzungsbedingungen",
  },

  device: {
    title: "Gerät verbinden",
    lead: "Geben Sie den Code ein, den Ihr Gerät anzeigt.",
    code: "Code",
    hint: "Groß oder klein, mit oder ohne Strich: Das ist gleich.",
    unknown:
      "Dieser Code ist nicht bekannt oder nicht mehr gültig. Vergleichen Sie ihn mit Ihrem Gerät oder beginnen Sie dort von vorn.",
    missing: "Geben Sie den Code ein, den Ihr Gerät anzeigt.",
  },

  deviceDecision: {
    title: "Dieses Gerät mit Ihrem Konto verbinden?",
    codeLabel: "Code",
    compare: "Zeigt Ihr Gerät genau diesen Code? Zeigt es einen anderen oder keinen, dann lehnen Sie ab.",
    warningTitle: "Hat Ihnen jemand diesen Code geschickt?",
    warning:
      "Kam er per Nachricht, E-Mail oder Telefon, dann machen Sie nicht weiter. Sie würden Fremde in Ihr Konto lassen.",
    origin: "Woher die Anfrage kommt",
    when: "Zeit",
    address: "Adresse",
    unknownAddress: "nicht bekannt",
    yourAddress: "Ihre Adresse",
    agent: "Programm",
    unknownAgent: "keine Angabe",
    network: {
      otherTitle: "Diese Anfrage kommt aus einem anderen Netz als Ihrem",
      other:
        "Ein Gerät neben Ihnen wäre meist in Ihrem Netz. Erlauben Sie das nur, wenn Sie es selbst anderswo angefordert haben.",
      unknown: "Ob die Anfrage aus Ihrem Netz kommt, lässt sich nicht sagen. Sehen Sie auf das Gerät selbst.",
    },
  },

  deviceDone: {
    approvedTitle: "Gerät verbunden",
    approved: (client: string) => `${client} kann Ihr Konto jetzt nutzen.`,
    deniedTitle: "Anfrage abgelehnt",
    denied: (client: string) => `${client} bekommt keinen Zugriff.`,
    returnToDevice: "Kehren Sie zu Ihrem Gerät zurück. Diese Seite können Sie schließen.",
  },

  setup: {
    title: "Willkommen",
    lead: "Legen Sie das erste Verwaltungskonto dieses Servers an.",
    server: "Dieser Server:",
    username: "Benutzername",
    password: "Passwort",
    button: "Konto anlegen",
    usernameMissing: "Wählen Sie einen Benutzernamen.",
    usernameRefused: "Dieser Benutzername geht nicht. Nehmen Sie Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.",
    usernameTaken: "Dieser Benutzername ist schon vergeben.",
  },

  accountLink: {
    inviteTitle: "Willkommen",
    invite: (name: string) =>
      `Für Sie wurde ein Konto angelegt, ${name}. Wählen Sie ein Passwort, und es gehört Ihnen.`,
    resetTitle: "Neues Passwort wählen",
    reset: (name: string) =>
      `Für das Konto von ${name}. Das alte Passwort gilt danach nicht mehr, und wer damit angemeldet ist, wird abgemeldet, auch Apps und Geräte.`,
    recoverTitle: "Verwaltungszugang wiederherstellen",
    recover: "Dieser Link ist für die Person, der dieser Server gehört. Nennen Sie das Konto, das Ihres sein soll.",
    recoverWhat: "Was dann geschieht",
    recoverSteps: [
      "Das Konto wird ein Verwaltungskonto mit dem neuen Passwort. Gibt es keines dieses Namens, wird es angelegt.",
      "Seine Passkeys, seine Authenticator-App und seine Wiederherstellungscodes werden entfernt: Richten Sie sie danach neu ein.",
      "Wer damit angemeldet ist, wird abgemeldet, auch Apps und Geräte.",
      "Alle anderen Konten bleiben, wie sie sind.",
    ],
    administrators: (names: string) => `Verwaltungskonten zurzeit: ${names}. Auch ein neuer Name geht.`,
    username: "Benutzername",
    usernameHint: "Mit diesem Namen melden Sie sich an.",
    password: "Neues Passwort",
    choose: "Passwort speichern",
    takeOver: "Zugang wiederherstellen",
  },

  newPassword: {
    hint: "Mindestens 8 Zeichen. Mehrere Wörter hintereinander sind lang und leicht zu merken.",
    show: "Anzeigen",
    hide: "Verbergen",
    strengths: [
      "Zu leicht: wird als eines der ersten probiert",
      "Schwach: leicht zu erraten",
      "Mittel: hält einigen Versuchen stand",
      "Gut: schwer zu erraten",
      "Stark: sehr schwer zu erraten",
    ],
    missing: "Wählen Sie ein Passwort.",
    tooShort: "Das Passwort ist zu kurz. Es braucht mindestens 8 Zeichen.",
    tooLong: "Das Passwort ist zu lang.",
    refused: "Das Passwort enthält Zeichen, die nicht gehen, etwa einen Zeilenumbruch.",
    tooEasy:
      "Dieses Passwort würden Fremde als eines der ersten probieren. Bitte wählen Sie ein anderes: Mehrere Wörter hintereinander eignen sich gut.",
  },

  signOut: {
    title: "Abmelden?",
    lead: "Damit endet Ihre Sitzung auf diesem Server.",
    asked: (client: string) => `${client} möchte Sie abmelden.`,
    button: "Abmelden",
    stay: "Angemeldet bleiben",
    doneTitle: "Sie sind abgemeldet",
    done: "Ihre Sitzung auf diesem Server ist beendet. Schließen Sie an einem geteilten Rechner auch den Browser.",
  },

  interstitial: {
    title: "Diese Seite verlassen?",
    heading: (host: string) => `Zurück zu ${host}?`,
    lead: "Diese App hat eine Anfrage gestellt, die der Server nicht annimmt. Sie wurden dort nicht angemeldet.",
    caution: "Wenn Sie nicht von dort kommen, schließen Sie diese Seite.",
    continueTo: (host: string) => `Weiter zu ${host}`,
  },

  formPost: {
    title: "Einen Moment",
    lead: (host: string) => `Es geht zurück zu ${host}.`,
    stuck: "Wenn nichts geschieht, drücken Sie den Knopf.",
  },

  home: {
    title: "Startseite",
    lead: "Die Tür zu den Diensten dieses Geräts: ein Konto, eine Anmeldung.",
    welcomeAnyone: "Willkommen",
    welcome: (name: string) => `Willkommen, ${name}`,
    signIn: "Anmelden",
    signInExplained: "Mit Ihrem Konto auf diesem Server",
    device: "Gerät verbinden",
    deviceExplained: "Den Code eingeben, den ein Fernseher, ein Player oder ein Terminal anzeigt",
    account: "Ihr Konto",
    accountExplained: "Passwort, Sitzungen und die Apps, denen Sie Zugriff geben",
    administration: "Verwaltung",
    administrationExplained: "Personen, Apps, Sitzungen und Schlüssel",
    reference: "API-Referenz",
    referenceExplained: "Für alle, die eigene Dienste anschließen",
    signOut: "Abmelden",
    signOutExplained: "Ihre Sitzung auf diesem Server beenden",
    setupNeeded:
      "Dieser Server ist noch nicht eingerichtet. Öffnen Sie den Einmal-Link, den er beim Start ausgegeben hat, oder geben Sie einen neuen aus:",
  },

  error: {
    forDevelopers: "Für Entwickler",
    code: "Fehler",
    description: "Beschreibung",
    requestIdExplained: "Nennen Sie diese Nummer, wenn Sie um Hilfe bitten.",
  },

  errors: {
    invalidRequest: {
      title: "Diese Anfrage ist nicht lesbar",
      explanation:
        "Die App hat etwas geschickt, das dieser Server nicht versteht. Der Fehler liegt bei der App, nicht bei Ihnen.",
    },
    unknownClient: {
      title: "Diese App ist hier nicht bekannt",
      explanation:
        "Niemand hat sie auf diesem Server eingetragen, oder sie wurde entfernt. Fragen Sie, wer den Server betreibt.",
    },
    redirectMismatch: {
      title: "Der Rückweg passt nicht",
      explanation:
        "Die App will Sie an eine Adresse zurückschicken, die sie nicht eingetragen hat. Zum Schutz Ihres Kontos endet die Anmeldung hier.",
    },
    forbidden: {
      title: "Diese Seite ist veraltet",
      explanation:
        "Das Formular stammt nicht aus Ihrer jetzigen Sitzung. Nichts wurde geändert. Gehen Sie zurück und versuchen Sie es noch einmal.",
    },
    notAllowed: {
      title: "Diese Seite ist nicht für Ihr Konto",
      explanation:
        "Nur wer diesen Server verwaltet, darf sie öffnen. Melden Sie sich mit einem anderen Konto an oder fragen Sie dort nach.",
    },
    expired: {
      title: "Diese Anmeldung ist beendet",
      explanation:
        "Sie war zu lange offen oder ist schon beantwortet. Gehen Sie zurück zur App und beginnen Sie von vorn.",
    },
    signOutRefused: {
      title: "Diese Abmeldung geht nicht",
      explanation:
        "Die Anfrage der App passt nicht zu Ihrer Sitzung. Sie sind noch angemeldet und können sich selbst abmelden.",
    },
    setupLink: {
      title: "Dieser Einrichtungslink gilt nicht mehr",
      explanation:
        "Er gilt einmal, eine Stunde lang und nur, bis der nächste ausgegeben wird. Einen neuen gibt „postern setup-link“ aus.",
    },
    accountLink: {
      title: "Dieser Link gilt nicht mehr",
      explanation:
        "Ein Link gilt einmal, für begrenzte Zeit und nur, bis ein neuer erstellt wird. Bitten Sie die Person, die diesen Server betreibt, um einen neuen. Sind Sie das selbst, gibt „postern setup-link --recover“ einen Link aus, der Sie wieder hineinlässt.",
    },
    notFound: {
      title: "Hier ist nichts",
      explanation: "Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.",
    },
    methodNotAllowed: {
      title: "Das geht hier nicht",
      explanation: "Die Seite lässt sich so nicht aufrufen. Gehen Sie zurück und versuchen Sie es noch einmal.",
    },
    tooLarge: {
      title: "Das war zu viel auf einmal",
      explanation: "Die Anfrage ist größer, als dieser Server annimmt.",
    },
    tooManyRequests: {
      title: "Zu viele Versuche",
      explanation:
        "Zum Schutz der Konten macht dieser Server eine Pause. Warten Sie ein paar Minuten und versuchen Sie es dann noch einmal.",
    },
    accountDisabled: {
      title: "Dieses Konto ist abgeschaltet",
      explanation: "Fragen Sie, wer diesen Server betreibt.",
    },
    busy: {
      title: "Gerade melden sich viele an",
      explanation:
        "Der Server prüft so viele Passwörter, wie er kann; Ihres war nicht dabei. Es wurde nichts geändert. Warten Sie ein paar Sekunden und versuchen Sie es noch einmal.",
    },
    cannotWrite: {
      title: "Gerade lässt sich nichts speichern",
      explanation:
        "Der Server kann nicht auf seine Festplatte schreiben; vielleicht ist sie voll. Es wurde nichts geändert. Sagen Sie es der Person, die ihn betreibt, und versuchen Sie es später noch einmal.",
    },
    unavailable: {
      title: "Gleich wieder da",
      explanation: "Der Server kann gerade nicht antworten. Versuchen Sie es in Kürze noch einmal.",
    },
    serverError: {
      title: "Etwas ist schiefgegangen",
      explanation: "Der Fehler liegt bei diesem Server und ist festgehalten. Versuchen Sie es später noch einmal.",
    },
  },
};
