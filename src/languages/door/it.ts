import type { Texts } from "./en.ts";

/** “30 secondi”, “1 minuto”, “2 ore”: rounded up. */
const span = (seconds: number): string => {
  const [count, one, many] =
    seconds < 90
      ? [seconds, "secondo", "secondi"]
      : seconds < 5400
        ? [seconds / 60, "minuto", "minuti"]
        : [seconds / 3600, "ora", "ore"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${whole === 1 ? one : many}`;
};

export const italian: Texts = {
  locale: "it",

  common: {
    verified: "Verificata",
    unverified: "Non verificata",
    unverifiedExplained: "Questa app si è registrata da sola. Chi amministra questo server non l’ha controllata.",
    signedInAs: "Accesso eseguito come",
    useAnotherAccount: "Usa un altro account",
    approve: "Consenti",
    deny: "Rifiuta",
    continue: "Continua",
    backToStart: "Torna alla pagina iniziale",
    newTab: "si apre in una nuova scheda",
    requestId: "Richiesta",
    skipToContent: "Vai al contenuto",
    menu: "Menu",
    copy: "Copia",
    copied: "Copiato",
    tooManyAttempts: (seconds: number) => `Troppi tentativi. Riprova tra ${span(seconds)}.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "proprio ora"
      : seconds < 90
        ? `${Math.floor(seconds)} secondi fa`
        : seconds < 5400
          ? `${Math.floor(seconds / 60)} ${seconds < 120 ? "minuto" : "minuti"} fa`
          : seconds < 172_800
            ? `${Math.floor(seconds / 3600)} ${seconds < 7200 ? "ora" : "ore"} fa`
            : `${Math.floor(seconds / 86_400)} giorni fa`,

  pager: {
    label: "Pagine dell’elenco",
    previous: "Indietro",
    next: "Avanti",
    shown: (first: number, last: number, total: number) => `${first}–${last} di ${total}`,
  },

  scopes: {
    openid: "Riconoscerti quando accedi",
    profile: "Vedere il tuo nome, il tuo nome utente e gli altri dati del tuo profilo",
    email: "Vedere il tuo indirizzo email",
    phone: "Vedere il tuo numero di telefono",
    address: "Vedere il tuo indirizzo postale",
    groups: "Vedere di quali gruppi fai parte",
    offline_access: "Mantenere l’accesso anche quando non ci sei, finché non lo revochi",
    "postern:admin": "Amministrare l’intero server: persone, app, sessioni e chiavi",
    "postern:introspect": "Verificare i token presentati da altre app",
  },
  otherScope: (name: string) => `Usare il permesso “${name}”`,

  signIn: {
    title: "Accedi",
    toContinue: (client: string) => `per continuare su ${client}`,
    again: "Inserisci di nuovo la password per confermare che sei tu.",
    username: "Nome utente",
    password: "Password",
    button: "Accedi",
    wrongCredentials: "Nome utente o password non corretti.",
    hostUnavailable: "In questo momento non è possibile verificare la password. Riprova tra poco.",
    usernameMissing: "Inserisci il nome utente.",
    passwordMissing: "Inserisci la password.",
    expired: "Questa pagina è rimasta aperta troppo a lungo. Accedi di nuovo.",
    or: "oppure",
  },

  passkeys: {
    signIn: "Accedi con una passkey",
    confirm: "Usa la passkey",
    create: "Crea una passkey",
    failed: "Non ha funzionato, oppure l’operazione è stata annullata. Riprova o scegli un altro modo.",
    exists: "Questo dispositivo contiene già una passkey per il tuo account.",
    refused: "Questa passkey non è stata accettata. Riprova o accedi con la password.",
    unverified:
      "Questa passkey non ha verificato che sei tu. Accedi con la password: la passkey servirà da secondo passaggio.",
  },

  secondFactor: {
    title: "Ancora un passaggio",
    lead: "La password è corretta. Ora conferma che sei tu.",
    leadSignedIn: "Hai eseguito l’accesso con la password. Ora conferma che sei tu.",
    code: "Codice",
    codeHint: "Le sei cifre della tua app di autenticazione o uno dei tuoi codici di recupero.",
    recoveryCode: "Codice di recupero",
    recoveryHint: "Uno dei codici che hai ricevuto quando hai configurato la passkey.",
    button: "Verifica",
    missing: "Inserisci un codice.",
    wrong: "Questo codice non è corretto o è già stato usato.",
    wrongPasskey: "Questa passkey non è stata accettata. Riprova o usa un codice.",
    account: (name: string) => `Stai accedendo come ${name}.`,
    recoveredTitle: "Hai usato un codice di recupero",
    recovered: (left: number) =>
      left === 0
        ? "Era l’ultimo. Creane subito di nuovi nel tuo account, così potrai sempre rientrare."
        : left === 1
          ? "Non è più utilizzabile e te ne resta uno. Creane presto di nuovi nel tuo account."
          : `Non è più utilizzabile e te ne restano ${left}. Puoi crearne di nuovi nel tuo account.`,
  },

  enrolment: {
    title: "Proteggi il tuo account",
    lead: "Il tuo account richiede un secondo passaggio quando accedi, così una password rubata non basta. Scegline uno ora.",
    passkeyTitle: "Passkey",
    passkeyLead:
      "Il modo più semplice: la tua impronta, il tuo volto o il PIN di questo dispositivo o di una chiave di sicurezza.",
    appTitle: "App di autenticazione",
    appLead: "Un’app sul telefono mostra sei cifre che cambiano di continuo.",
    scan: "Apri l’app e scansiona questa immagine.",
    scanLabel: "Codice QR per la tua app di autenticazione",
    typeKey: "Oppure digita questa chiave nell’app",
    enterCode: "Inserisci le sei cifre mostrate dall’app.",
    code: "Codice dell’app",
    button: "Conferma",
    missing: "Inserisci le sei cifre mostrate dall’app.",
    wrong: "Non sono le cifre che l’app dovrebbe mostrare ora. Aspetta le prossime e riprova.",
    expired: "Questa pagina è rimasta aperta troppo a lungo. Scansiona la nuova immagine.",
    passkeyRefused: "Non è stato possibile configurare la passkey. Riprova o scegli l’app.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Per l’account ${username} su ${server}`,
    title: "Conserva i codici di recupero",
    lead: "Se un giorno perdi il dispositivo, ciascuno di questi codici ti fa entrare una volta. Stampali o salvali nel tuo gestore di password: vengono mostrati solo ora.",
    label: "Codici di recupero",
    print: "Stampa",
    done: "Li ho conservati: continua",
  },

  consent: {
    title: "Consenti l’accesso",
    heading: "Vuoi consentire l’accesso al tuo account?",
    permissions: "L’app potrà",
    newPermissions: "L’app potrà anche",
    allowedBefore: "Le hai già permesso di",
    nothing: "Oltre al tuo accesso non chiede nulla.",
    choice: "Puoi togliere la spunta a ciò che preferisci tenere per te.",
    newMark: "Nuovo",
    resources: "Presso questi servizi",
    returnsTo: (host: string) => `In ogni caso tornerai a ${host}.`,
    policy: "Informativa sulla privacy",
    terms: "Termini di servizio",
  },

  device: {
    title: "Collega un dispositivo",
    lead: "Inserisci il codice mostrato dal dispositivo.",
    code: "Codice",
    hint: "Maiuscole o minuscole, con o senza trattino: non fa differenza.",
    unknown: "Questo codice è sconosciuto o non più valido. Confrontalo con il dispositivo o ricomincia da lì.",
    missing: "Inserisci il codice mostrato dal dispositivo.",
  },

  deviceDecision: {
    title: "Vuoi collegare questo dispositivo al tuo account?",
    codeLabel: "Codice",
    compare: "Il tuo dispositivo mostra esattamente questo codice? Se ne mostra un altro o nessuno, rifiuta.",
    warningTitle: "Qualcuno ti ha inviato questo codice?",
    warning:
      "Se ti è arrivato per messaggio, email o telefono, non continuare. Se consenti, apri il tuo account a estranei.",
    origin: "Da dove arriva la richiesta",
    when: "Quando",
    address: "Indirizzo",
    unknownAddress: "sconosciuto",
    yourAddress: "Il tuo indirizzo",
    agent: "Programma",
    unknownAgent: "non indicato",
    network: {
      otherTitle: "Questa richiesta arriva da una rete diversa dalla tua",
      other:
        "Un dispositivo accanto a te sarebbe quasi sempre nella tua rete. Consenti solo se la richiesta è tua e l’hai fatta altrove.",
      unknown:
        "Non è possibile stabilire se la richiesta arriva dalla tua rete. Controlla direttamente il dispositivo.",
    },
  },

  deviceDone: {
    approvedTitle: "Dispositivo collegato",
    approved: (client: string) => `Ora ${client} può usare il tuo account.`,
    deniedTitle: "Richiesta rifiutata",
    denied: (client: string) => `${client} non ha ottenuto l’accesso.`,
    returnToDevice: "Torna al dispositivo. Puoi chiudere questa pagina.",
  },

  setup: {
    title: "Ti diamo il benvenuto",
    lead: "Crea il primo account amministratore di questo server.",
    server: "Questo server:",
    username: "Nome utente",
    password: "Password",
    button: "Crea account",
    usernameMissing: "Scegli un nome utente.",
    usernameRefused: "Questo nome utente non è ammesso. Usa lettere, cifre, punti, trattini e trattini bassi.",
    usernameTaken: "Questo nome utente è già in uso.",
  },

  accountLink: {
    inviteTitle: "Ti diamo il benvenuto",
    invite: (name: string) => `È stato creato un account per te, ${name}. Scegli una password e sarà tuo.`,
    resetTitle: "Scegli una nuova password",
    reset: (name: string) =>
      `Per l’account di ${name}. La vecchia password smetterà di funzionare, tutte le sessioni verranno chiuse e anche app e dispositivi verranno scollegati.`,
    recoverTitle: "Recupera l’accesso di amministrazione",
    recover: "Questo link è per chi possiede questo server. Indica quale account deve diventare il tuo.",
    recoverWhat: "Che cosa succederà",
    recoverSteps: [
      "L’account diventa un account amministratore con la nuova password. Se non ne esiste uno con quel nome, viene creato.",
      "Le sue passkey, l’app di autenticazione e i codici di recupero vengono rimossi: configurali di nuovo in seguito.",
      "Tutte le sue sessioni vengono chiuse; anche app e dispositivi vengono scollegati.",
      "Tutti gli altri account restano come sono.",
    ],
    administrators: (names: string) => `Account amministratore attuali: ${names}. Puoi anche usare un nome nuovo.`,
    username: "Nome utente",
    usernameHint: "È il nome con cui accedi.",
    password: "Nuova password",
    choose: "Salva la password",
    takeOver: "Recupera l’accesso",
  },

  newPassword: {
    hint: "Almeno 8 caratteri. Più parole di seguito danno una password lunga e facile da ricordare.",
    show: "Mostra",
    hide: "Nascondi",
    strengths: [
      "Troppo facile: tra le prime che si provano",
      "Debole: facile da indovinare",
      "Discreta: resiste a qualche tentativo",
      "Buona: difficile da indovinare",
      "Ottima: molto difficile da indovinare",
    ],
    missing: "Scegli una password.",
    tooShort: "La password è troppo corta. Servono almeno 8 caratteri.",
    tooLong: "La password è troppo lunga.",
    refused: "La password contiene caratteri non ammessi, per esempio un’interruzione di riga.",
    tooEasy:
      "Questa password è tra le prime che un estraneo proverebbe. Scegline un’altra: più parole di seguito vanno bene.",
  },

  signOut: {
    title: "Vuoi uscire?",
    lead: "La tua sessione su questo server verrà chiusa.",
    asked: (client: string) => `${client} chiede di farti uscire.`,
    button: "Esci",
    stay: "Non uscire",
    doneTitle: "Hai eseguito la disconnessione",
    done: "La tua sessione su questo server è chiusa. Se il computer è condiviso, chiudi anche il browser.",
  },

  interstitial: {
    title: "Vuoi lasciare questa pagina?",
    heading: (host: string) => `Vuoi tornare a ${host}?`,
    lead: "Questa app ha inviato una richiesta che il server non accetta: lì l’accesso non è avvenuto.",
    caution: "Se non arrivi da lì, chiudi questa pagina.",
    continueTo: (host: string) => `Continua su ${host}`,
  },

  formPost: {
    title: "Un momento",
    lead: (host: string) => `Stai tornando a ${host}.`,
    stuck: "Se non succede nulla, premi il pulsante.",
  },

  home: {
    title: "Pagina iniziale",
    lead: "La porta d’ingresso ai servizi di questo server: un solo account, un solo accesso.",
    welcomeAnyone: "Ti diamo il benvenuto",
    welcome: (name: string) => `Ciao, ${name}`,
    signIn: "Accedi",
    signInExplained: "Con il tuo account su questo server",
    device: "Collega un dispositivo",
    deviceExplained: "Inserisci il codice mostrato da un televisore, un lettore o un terminale",
    account: "Il tuo account",
    accountExplained: "Password, sessioni e le app a cui hai dato accesso",
    administration: "Amministrazione",
    administrationExplained: "Persone, app, sessioni e chiavi",
    reference: "Documentazione API",
    referenceExplained: "Per chi collega i propri servizi",
    signOut: "Esci",
    signOutExplained: "Chiudi la tua sessione su questo server",
    setupNeeded:
      "Questo server non è ancora configurato. Apri il link monouso che ha mostrato all’avvio oppure generane uno nuovo:",
  },

  error: {
    forDevelopers: "Per chi sviluppa",
    code: "Errore",
    description: "Descrizione",
    requestIdExplained: "Indica questo numero quando chiedi aiuto.",
  },

  errors: {
    invalidRequest: {
      title: "Questa richiesta non è leggibile",
      explanation: "L’app ha inviato qualcosa che questo server non capisce. L’errore è dell’app, non tuo.",
    },
    unknownClient: {
      title: "Questa app qui è sconosciuta",
      explanation:
        "Nessuno l’ha aggiunta a questo server, oppure è stata rimossa. Chiedi a chi gestisce questo server.",
    },
    redirectMismatch: {
      title: "L’indirizzo di ritorno non corrisponde",
      explanation:
        "L’app vuole rimandarti a un indirizzo che non ha registrato. Per proteggere il tuo account, l’accesso si ferma qui.",
    },
    forbidden: {
      title: "Questa pagina non è più aggiornata",
      explanation:
        "Il modulo non proviene dalla tua sessione attuale. Nulla è stato modificato. Torna indietro e riprova.",
    },
    notAllowed: {
      title: "Questa pagina non è per il tuo account",
      explanation:
        "Può aprirla solo chi amministra questo server. Accedi con un altro account o chiedi a chi lo amministra.",
    },
    expired: {
      title: "Questo accesso è terminato",
      explanation: "È rimasto aperto troppo a lungo o ha già avuto una risposta. Torna all’app e ricomincia.",
    },
    signOutRefused: {
      title: "Non è possibile uscire in questo modo",
      explanation:
        "La richiesta dell’app non corrisponde alla tua sessione, che è ancora aperta. Se vuoi uscire, puoi farlo direttamente.",
    },
    setupLink: {
      title: "Questo link di configurazione non funziona più",
      explanation:
        "Funziona una sola volta, per un’ora e solo finché non ne viene generato un altro. Generane uno nuovo con “postern setup-link”.",
    },
    accountLink: {
      title: "Questo link non funziona più",
      explanation:
        "Un link funziona una sola volta, per un tempo limitato e solo finché non ne viene creato uno più recente. Chiedine un altro a chi gestisce questo server. Se sei tu, “postern setup-link --recover” ne genera uno che ti fa rientrare.",
    },
    notFound: {
      title: "Qui non c’è nulla",
      explanation: "L’indirizzo potrebbe contenere un errore, oppure la pagina è stata spostata.",
    },
    methodNotAllowed: {
      title: "Qui non è possibile",
      explanation: "La pagina non può essere richiamata in questo modo. Torna indietro e riprova.",
    },
    tooLarge: {
      title: "Troppo in una volta sola",
      explanation: "La richiesta è più grande di quanto questo server accetti.",
    },
    tooManyRequests: {
      title: "Troppi tentativi",
      explanation: "Per proteggere gli account, questo server fa una pausa. Aspetta qualche minuto e riprova.",
    },
    accountDisabled: {
      title: "Questo account è disattivato",
      explanation: "Chiedi a chi gestisce questo server.",
    },
    busy: {
      title: "Molte persone stanno accedendo",
      explanation:
        "Questo server sta verificando tutte le password che può, e la tua non era tra queste. Non è stato cambiato nulla. Aspetta qualche secondo e riprova.",
    },
    cannotWrite: {
      title: "Al momento non si può salvare nulla",
      explanation:
        "Questo server non riesce a scrivere sul suo disco, che forse è pieno. Non è stato cambiato nulla. Avvisa chi lo gestisce e riprova più tardi.",
    },
    unavailable: {
      title: "Torniamo subito",
      explanation: "In questo momento il server non può rispondere. Riprova tra poco.",
    },
    serverError: {
      title: "Qualcosa è andato storto",
      explanation: "Il problema è di questo server ed è stato registrato. Riprova più tardi.",
    },
  },
};
