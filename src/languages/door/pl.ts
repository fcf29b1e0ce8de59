import type { Texts } from "./en.ts";

const plurals = new Intl.PluralRules("pl");

/** "1 minutę", "2 minuty", "5 minut": in the accusative, as after "za" and before "temu". */
const count = (number: number, one: string, few: string, many: string): string => {
  const form = plurals.select(number);
  return `${number} ${form === "one" ? one : form === "few" ? few : many}`;
};

const seconds = (number: number) => count(number, "sekundę", "sekundy", "sekund");
const minutes = (number: number) => count(number, "minutę", "minuty", "minut");
const hours = (number: number) => count(number, "godzinę", "godziny", "godzin");
const days = (number: number) => count(number, "dzień", "dni", "dni");

/** Rounded up, because the reader waits that long. */
const span = (length: number): string => {
  const up = (number: number) => Math.max(1, Math.ceil(number));
  if (length < 90) return seconds(up(length));
  return length < 5400 ? minutes(up(length / 60)) : hours(up(length / 3600));
};

export const polish: Texts = {
  locale: "pl",

  common: {
    verified: "Zweryfikowana",
    unverified: "Niezweryfikowana",
    unverifiedExplained: "Ta aplikacja zarejestrowała się sama. Żaden administrator tego serwera jej nie sprawdził.",
    signedInAs: "Zalogowano jako",
    useAnotherAccount: "Użyj innego konta",
    approve: "Zezwól",
    deny: "Odmów",
    continue: "Dalej",
    backToStart: "Wróć na stronę główną",
    newTab: "otwiera się w nowej karcie",
    requestId: "Żądanie",
    skipToContent: "Przejdź do treści",
    menu: "Menu",
    copy: "Kopiuj",
    copied: "Skopiowano",
    tooManyAttempts: (length: number) => `Zbyt wiele prób. Spróbuj ponownie za ${span(length)}.`,
  },

  ago: (length: number) =>
    length < 10
      ? "przed chwilą"
      : length < 90
        ? `${seconds(Math.floor(length))} temu`
        : length < 5400
          ? `${minutes(Math.floor(length / 60))} temu`
          : length < 172_800
            ? `${hours(Math.floor(length / 3600))} temu`
            : `${days(Math.floor(length / 86_400))} temu`,

  pager: {
    label: "Strony listy",
    previous: "Poprzednia",
    next: "Następna",
    shown: (first: number, last: number, total: number) => `${first}–${last} z ${total}`,
  },

  scopes: {
    openid: "Rozpoznawać Cię, gdy się logujesz",
    profile: "Widzieć Twoje imię i nazwisko, nazwę użytkownika i pozostałe dane z profilu",
    email: "Widzieć Twój adres e-mail",
    phone: "Widzieć Twój numer telefonu",
    address: "Widzieć Twój adres pocztowy",
    groups: "Widzieć, do jakich grup należysz",
    offline_access: "Zachować dostęp podczas Twojej nieobecności, dopóki go nie odbierzesz",
    "postern:admin": "Administrować całym tym serwerem: osobami, aplikacjami, sesjami i kluczami",
    "postern:introspect": "Sprawdzać tokeny, którymi posługują się inne aplikacje",
  },
  otherScope: (name: string) => `Korzystać z uprawnienia „${name}”`,

  signIn: {
    title: "Zaloguj się",
    toContinue: (client: string) => `aby przejść do aplikacji ${client}`,
    again: "Wpisz hasło jeszcze raz, aby potwierdzić, że to Ty.",
    username: "Nazwa użytkownika",
    password: "Hasło",
    button: "Zaloguj się",
    wrongCredentials: "Nieprawidłowa nazwa użytkownika lub hasło.",
    hostUnavailable: "W tej chwili nie można sprawdzić hasła. Spróbuj ponownie za chwilę.",
    usernameMissing: "Wpisz nazwę użytkownika.",
    passwordMissing: "Wpisz hasło.",
    expired: "Ta strona była otwarta zbyt długo. Zaloguj się ponownie.",
    or: "lub",
  },

  passkeys: {
    signIn: "Zaloguj się kluczem dostępu",
    confirm: "Użyj klucza dostępu",
    create: "Utwórz klucz dostępu",
    failed: "To się nie udało lub zostało anulowane. Spróbuj ponownie albo wybierz inny sposób.",
    exists: "Na tym urządzeniu jest już klucz dostępu do Twojego konta.",
    refused: "Ten klucz dostępu nie został przyjęty. Spróbuj ponownie albo zaloguj się hasłem.",
    unverified:
      "Ten klucz dostępu nie sprawdził, czy to Ty. Zaloguj się hasłem, a klucz dostępu posłuży jako drugi etap.",
  },

  secondFactor: {
    title: "Jeszcze jeden etap",
    lead: "Hasło jest prawidłowe. Teraz potwierdź, że to Ty.",
    leadSignedIn: "Zalogowano Cię hasłem. Teraz potwierdź, że to Ty.",
    code: "Kod",
    codeHint: "Sześć cyfr z aplikacji uwierzytelniającej albo jeden z Twoich kodów zapasowych.",
    recoveryCode: "Kod zapasowy",
    recoveryHint: "Jeden z kodów otrzymanych podczas konfigurowania klucza dostępu.",
    button: "Zweryfikuj",
    missing: "Wpisz kod.",
    wrong: "Ten kod jest nieprawidłowy lub został już użyty.",
    wrongPasskey: "Ten klucz dostępu nie został przyjęty. Spróbuj ponownie albo użyj kodu.",
    account: (name: string) => `Logowanie jako ${name}.`,
    recoveredTitle: "Użyto kodu zapasowego",
    recovered: (left: number) => {
      if (left === 0) return "To był ostatni kod. Utwórz teraz nowe na swoim koncie, aby nie stracić do niego dostępu.";
      if (left === 1) return "Ten kod jest już zużyty, został jeszcze jeden. Utwórz wkrótce nowe na swoim koncie.";
      const remain = plurals.select(left) === "few" ? "zostały" : "zostało";
      return `Ten kod jest już zużyty, ${remain} jeszcze ${left}. Nowe możesz utworzyć na swoim koncie.`;
    },
  },

  enrolment: {
    title: "Zabezpiecz swoje konto",
    lead: "Logowanie na Twoje konto wymaga drugiego etapu, aby skradzione hasło nie wystarczyło. Wybierz teraz sposób.",
    passkeyTitle: "Klucz dostępu",
    passkeyLead: "Najprostszy sposób: odcisk palca, twarz albo kod PIN tego urządzenia lub klucza bezpieczeństwa.",
    appTitle: "Aplikacja uwierzytelniająca",
    appLead: "Aplikacja w telefonie pokazuje sześć cyfr, które ciągle się zmieniają.",
    scan: "Otwórz aplikację i zeskanuj ten obraz.",
    scanLabel: "Kod QR dla aplikacji uwierzytelniającej",
    typeKey: "Albo wpisz ten klucz w aplikacji",
    enterCode: "Wpisz sześć cyfr, które pokazuje aplikacja.",
    code: "Kod z aplikacji",
    button: "Potwierdź",
    missing: "Wpisz sześć cyfr, które pokazuje aplikacja.",
    wrong: "To nie są cyfry, które aplikacja powinna teraz pokazywać. Poczekaj na następne i spróbuj ponownie.",
    expired: "Ta strona była otwarta zbyt długo. Zeskanuj nowy obraz.",
    passkeyRefused: "Nie udało się skonfigurować klucza dostępu. Spróbuj ponownie albo wybierz aplikację.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Dla konta ${username} na ${server}`,
    title: "Zachowaj kody zapasowe",
    lead: "Jeśli kiedyś stracisz urządzenie, każdy z tych kodów pozwoli Ci raz się zalogować. Wydrukuj je albo zapisz w menedżerze haseł: widać je tylko teraz.",
    label: "Kody zapasowe",
    print: "Drukuj",
    done: "Mam je zapisane, dalej",
  },

  consent: {
    title: "Zezwól na dostęp",
    heading: "Zezwolić na dostęp do Twojego konta?",
    permissions: "Aplikacja będzie mogła",
    newPermissions: "Aplikacja będzie też mogła",
    allowedBefore: "Aplikacja ma już Twoją zgodę, aby",
    nothing: "Aplikacja nie prosi o nic poza Twoim logowaniem.",
    choice: "Możesz odznaczyć to, co wolisz zachować dla siebie.",
    newMark: "Nowe",
    resources: "W tych usługach",
    returnsTo: (host: string) => `W obu przypadkach wrócisz do ${host}.`,
    policy: "Polityka prywatności",
    terms: "Warunki korzystania",
  },

  device: {
    title: "Połącz urządzenie",
    lead: "Wpisz kod, który pokazuje urządzenie.",
    code: "Kod",
    hint: "Wielkie czy małe litery, z kreską czy bez: to bez znaczenia.",
    unknown: "Ten kod jest nieznany lub stracił ważność. Porównaj go z kodem na urządzeniu albo zacznij tam od nowa.",
    missing: "Wpisz kod, który pokazuje urządzenie.",
  },

  deviceDecision: {
    title: "Połączyć to urządzenie z Twoim kontem?",
    codeLabel: "Kod",
    compare: "Czy urządzenie pokazuje dokładnie ten kod? Jeśli pokazuje inny albo żaden, odmów.",
    warningTitle: "Ktoś wysłał Ci ten kod?",
    warning:
      "Jeśli przyszedł w wiadomości, e-mailem lub przez telefon, nie kontynuuj. Twoja zgoda wpuściłaby na konto kogoś obcego.",
    origin: "Skąd pochodzi prośba",
    when: "Czas",
    address: "Adres",
    unknownAddress: "nieznany",
    yourAddress: "Twój adres",
    agent: "Program",
    unknownAgent: "nie podano",
    network: {
      otherTitle: "Ta prośba pochodzi z innej sieci niż Twoja",
      other:
        "Urządzenie obok Ciebie byłoby zwykle w Twojej sieci. Zezwól tylko wtedy, gdy prośba pochodzi od Ciebie, lecz z innego miejsca.",
      unknown: "Nie da się ustalić, czy prośba pochodzi z Twojej sieci. Spójrz na samo urządzenie.",
    },
  },

  deviceDone: {
    approvedTitle: "Urządzenie połączone",
    approved: (client: string) => `Aplikacja ${client} może teraz korzystać z Twojego konta.`,
    deniedTitle: "Odmówiono dostępu",
    denied: (client: string) => `Aplikacja ${client} nie otrzymała dostępu.`,
    returnToDevice: "Wróć do urządzenia. Tę stronę możesz zamknąć.",
  },

  setup: {
    title: "Witaj",
    lead: "Utwórz pierwsze konto administratora tego serwera.",
    server: "Ten serwer:",
    username: "Nazwa użytkownika",
    password: "Hasło",
    button: "Utwórz konto",
    usernameMissing: "Wybierz nazwę użytkownika.",
    usernameRefused:
      "Tej nazwy użytkownika nie można użyć. Dozwolone są litery, cyfry, kropki, myślniki i podkreślenia.",
    usernameTaken: "Ta nazwa użytkownika jest już zajęta.",
  },

  accountLink: {
    inviteTitle: "Witaj",
    invite: (name: string) => `${name}, utworzono dla Ciebie konto. Ustaw hasło, a konto będzie Twoje.`,
    resetTitle: "Ustaw nowe hasło",
    reset: (name: string) =>
      `Dla konta ${name}. Stare hasło przestanie wtedy działać, a wszystkie zalogowane nim przeglądarki, aplikacje i urządzenia zostaną wylogowane.`,
    recoverTitle: "Odzyskaj dostęp administratora",
    recover: "Ten link jest dla osoby, do której należy ten serwer. Podaj nazwę konta, które ma być Twoje.",
    recoverWhat: "Co się wtedy stanie",
    recoverSteps: [
      "Konto otrzyma rolę administratora i nowe hasło. Jeśli nie ma konta o tej nazwie, zostanie utworzone.",
      "Jego klucze dostępu, aplikacja uwierzytelniająca i kody zapasowe zostaną usunięte: skonfiguruj je potem od nowa.",
      "Wszystkie zalogowane na nim przeglądarki, aplikacje i urządzenia zostaną wylogowane.",
      "Pozostałe konta się nie zmienią.",
    ],
    administrators: (names: string) => `Obecne konta administratorów: ${names}. Możesz też podać nową nazwę.`,
    username: "Nazwa użytkownika",
    usernameHint: "Tej nazwy używasz do logowania.",
    password: "Nowe hasło",
    choose: "Zapisz hasło",
    takeOver: "Odzyskaj dostęp",
  },

  newPassword: {
    hint: "Co najmniej 8 znaków. Kilka słów z rzędu to hasło długie i łatwe do zapamiętania.",
    show: "Pokaż",
    hide: "Ukryj",
    strengths: [
      "Zbyt łatwe: jedno z pierwszych, które się sprawdza",
      "Słabe: łatwe do odgadnięcia",
      "Średnie: wytrzyma trochę prób",
      "Dobre: trudne do odgadnięcia",
      "Silne: bardzo trudne do odgadnięcia",
    ],
    missing: "Ustaw hasło.",
    tooShort: "Hasło jest za krótkie. Musi mieć co najmniej 8 znaków.",
    tooLong: "Hasło jest za długie.",
    refused: "Hasło zawiera niedozwolone znaki, na przykład koniec wiersza.",
    tooEasy:
      "To jedno z pierwszych haseł, których spróbowałby ktoś obcy. Wybierz inne: dobrze sprawdza się kilka słów z rzędu.",
  },

  signOut: {
    title: "Wylogować się?",
    lead: "To zakończy Twoją sesję na tym serwerze.",
    asked: (client: string) => `Aplikacja ${client} chce Cię wylogować.`,
    button: "Wyloguj się",
    stay: "Nie wylogowuj mnie",
    doneTitle: "Wylogowano Cię",
    done: "Twoja sesja na tym serwerze została zakończona. Na wspólnym komputerze zamknij też przeglądarkę.",
  },

  interstitial: {
    title: "Opuścić tę stronę?",
    heading: (host: string) => `Wrócić do ${host}?`,
    lead: "Ta aplikacja wysłała żądanie, którego serwer nie przyjmuje, więc nie zalogowano Cię w niej.",
    caution: "Jeśli trafiasz tu z innego miejsca, zamknij tę stronę.",
    continueTo: (host: string) => `Przejdź do ${host}`,
  },

  formPost: {
    title: "Chwileczkę",
    lead: (host: string) => `Za moment wrócisz do ${host}.`,
    stuck: "Jeśli nic się nie dzieje, naciśnij przycisk.",
  },

  home: {
    title: "Strona główna",
    lead: "Wejście do usług na tym serwerze: jedno konto, jedno logowanie.",
    welcomeAnyone: "Witaj",
    welcome: (name: string) => `Witaj, ${name}`,
    signIn: "Zaloguj się",
    signInExplained: "Na swoje konto na tym serwerze",
    device: "Połącz urządzenie",
    deviceExplained: "Wpisz kod, który pokazuje telewizor, odtwarzacz lub terminal",
    account: "Twoje konto",
    accountExplained: "Hasło, sesje i aplikacje, które mają Twoją zgodę",
    administration: "Administracja",
    administrationExplained: "Osoby, aplikacje, sesje i klucze",
    reference: "Dokumentacja API",
    referenceExplained: "Dla osób, które podłączają własne usługi",
    signOut: "Wyloguj się",
    signOutExplained: "Zakończ sesję na tym serwerze",
    setupNeeded:
      "Ten serwer nie jest jeszcze skonfigurowany. Otwórz jednorazowy link, który serwer wypisał przy uruchomieniu, albo wypisz nowy:",
  },

  error: {
    forDevelopers: "Dla programistów",
    code: "Błąd",
    description: "Opis",
    requestIdExplained: "Podaj ten numer, prosząc o pomoc.",
  },

  errors: {
    invalidRequest: {
      title: "Nie można odczytać tego żądania",
      explanation:
        "Aplikacja wysłała coś, czego ten serwer nie rozumie. Błąd leży po stronie aplikacji, nie po Twojej.",
    },
    unknownClient: {
      title: "Ta aplikacja nie jest tu znana",
      explanation:
        "Nikt nie dodał jej do tego serwera albo została usunięta. Zapytaj osobę, która zarządza tym serwerem.",
    },
    redirectMismatch: {
      title: "Adres powrotu się nie zgadza",
      explanation:
        "Aplikacja chce odesłać Cię pod adres, którego nie zarejestrowała. Dla bezpieczeństwa Twojego konta logowanie kończy się tutaj.",
    },
    forbidden: {
      title: "Ta strona jest nieaktualna",
      explanation:
        "Formularz nie pochodzi z Twojej bieżącej sesji. Nic nie zostało zmienione. Wróć i spróbuj ponownie.",
    },
    notAllowed: {
      title: "Ta strona nie jest dla Twojego konta",
      explanation:
        "Mogą ją otwierać tylko administratorzy tego serwera. Zaloguj się na inne konto albo zapytaj kogoś z nich.",
    },
    expired: {
      title: "To logowanie już się zakończyło",
      explanation: "Trwało zbyt długo albo zostało już rozstrzygnięte. Wróć do aplikacji i zacznij od nowa.",
    },
    signOutRefused: {
      title: "Nie można wykonać tego wylogowania",
      explanation:
        "Żądanie aplikacji nie pasuje do Twojej sesji. Sesja nadal trwa i możesz ją zakończyć, wylogowując się.",
    },
    setupLink: {
      title: "Ten link konfiguracyjny już nie działa",
      explanation:
        "Działa jeden raz, przez godzinę i tylko do wypisania następnego. Nowy wypisze polecenie „postern setup-link”.",
    },
    accountLink: {
      title: "Ten link już nie działa",
      explanation:
        "Link działa jeden raz, przez ograniczony czas i tylko do utworzenia nowszego. Poproś o nowy osobę, która zarządza tym serwerem. Jeśli to Ty, polecenie „postern setup-link --recover” wypisze link, który przywróci Ci dostęp.",
    },
    notFound: {
      title: "Tu nic nie ma",
      explanation: "Być może w adresie jest literówka albo strona została przeniesiona.",
    },
    methodNotAllowed: {
      title: "To tutaj nie działa",
      explanation: "Tej strony nie można wywołać w ten sposób. Wróć i spróbuj ponownie.",
    },
    tooLarge: {
      title: "To za dużo naraz",
      explanation: "Żądanie jest większe, niż ten serwer przyjmuje.",
    },
    tooManyRequests: {
      title: "Zbyt wiele prób",
      explanation: "Aby chronić konta, ten serwer robi przerwę. Poczekaj kilka minut i spróbuj ponownie.",
    },
    accountDisabled: {
      title: "To konto jest wyłączone",
      explanation: "Zapytaj osobę, która zarządza tym serwerem.",
    },
    busy: {
      title: "Wiele osób loguje się w tej chwili",
      explanation:
        "Serwer sprawdza tyle haseł, ile może, a Twojego wśród nich nie było. Nic nie zostało zmienione. Poczekaj kilka sekund i spróbuj ponownie.",
    },
    cannotWrite: {
      title: "W tej chwili nie można niczego zapisać",
      explanation:
        "Serwer nie może pisać na swoim dysku, być może jest on pełny. Nic nie zostało zmienione. Powiadom osobę, która nim zarządza, i spróbuj ponownie później.",
    },
    unavailable: {
      title: "Zaraz wracamy",
      explanation: "Serwer nie może teraz odpowiedzieć. Spróbuj ponownie za chwilę.",
    },
    serverError: {
      title: "Coś poszło nie tak",
      explanation: "Błąd leży po stronie tego serwera i został zapisany. Spróbuj ponownie później.",
    },
  },
};
