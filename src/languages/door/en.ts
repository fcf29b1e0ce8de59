/** "30 seconds", "1 minute", "2 hours": rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const [count, unit] =
    seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
};

/** Every text of the pages. The other languages have exactly these keys, because their type is this object's. */
export const english = {
  locale: "en",

  common: {
    verified: "Verified",
    unverified: "Unverified",
    unverifiedExplained: "This app registered itself. No administrator of this server has checked it.",
    signedInAs: "Signed in as",
    useAnotherAccount: "Use another account",
    approve: "Approve",
    deny: "Deny",
    continue: "Continue",
    backToStart: "Back to the start page",
    newTab: "opens in a new tab",
    requestId: "Request",
    skipToContent: "Skip to the content",
    menu: "Menu",
    copy: "Copy",
    copied: "Copied",
    tooManyAttempts: (seconds: number) => `Too many attempts. Try again in ${span(seconds)}.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "just now"
      : seconds < 90
        ? `${Math.floor(seconds)} seconds ago`
        : seconds < 5400
          ? `${Math.floor(seconds / 60)} minute${seconds < 120 ? "" : "s"} ago`
          : seconds < 172_800
            ? `${Math.floor(seconds / 3600)} hour${seconds < 7200 ? "" : "s"} ago`
            : `${Math.floor(seconds / 86_400)} days ago`,

  /** Below a long list. */
  pager: {
    label: "Pages of the list",
    previous: "Previous",
    next: "Next",
    shown: (first: number, last: number, total: number) => `${first} to ${last} of ${total}`,
  },

  /** What a scope lets an app do, each to be read after "It will be able to". */
  scopes: {
    openid: "Recognise you when you sign in",
    profile: "See your name, your username and the other parts of your profile",
    email: "See your email address",
    phone: "See your phone number",
    address: "See your postal address",
    groups: "See which groups you belong to",
    offline_access: "Keep its access while you are away, until you take it back",
    "postern:admin": "Administer this whole server: people, apps, sessions and keys",
    "postern:introspect": "Check the tokens that other apps present",
  },
  otherScope: (name: string) => `Use the permission “${name}”`,

  signIn: {
    title: "Sign in",
    toContinue: (client: string) => `to continue to ${client}`,
    again: "Enter your password once more to confirm that it is you.",
    username: "Username",
    password: "Password",
    button: "Sign in",
    wrongCredentials: "The username or the password is not right.",
    hostUnavailable: "Your password cannot be checked at the moment. Please try again shortly.",
    usernameMissing: "Enter your username.",
    passwordMissing: "Enter your password.",
    expired: "This page was open for too long. Please sign in again.",
    or: "or",
  },

  /** Passkeys, wherever one is made or used. */
  passkeys: {
    signIn: "Sign in with a passkey",
    confirm: "Use your passkey",
    create: "Create a passkey",
    failed: "That did not work, or it was cancelled. Try again, or choose another way.",
    exists: "This device already holds a passkey for your account.",
    refused: "This passkey was not accepted. Try again, or sign in with your password.",
    unverified:
      "This passkey did not check that it is you. Sign in with your password; the passkey then serves as the second step.",
  },

  secondFactor: {
    title: "One more step",
    lead: "The password is right. Now show that it is you.",
    leadSignedIn: "You are signed in with your password. Now show that it is you.",
    code: "Code",
    codeHint: "The six digits from your authenticator app, or one of your recovery codes.",
    recoveryCode: "Recovery code",
    recoveryHint: "One of the codes that you were given when you set up your passkey.",
    button: "Verify",
    missing: "Enter a code.",
    wrong: "This code is not right, or it has been used already.",
    wrongPasskey: "This passkey was not accepted. Try again, or use a code.",
    account: (name: string) => `Signing in as ${name}.`,
    recoveredTitle: "You used a recovery code",
    recovered: (left: number) =>
      left === 0
        ? "That was your last one. Make new ones in your account now, so that you can always get back in."
        : left === 1
          ? "It is used up now, and one is left. Make new ones in your account soon."
          : `It is used up now, and ${left} are left. You can make new ones in your account.`,
  },

  enrolment: {
    title: "Protect your account",
    lead: "Your account needs a second step when you sign in, so that a stolen password is not enough. Choose one now.",
    passkeyTitle: "Passkey",
    passkeyLead: "The easiest way: your fingerprint, your face or the PIN of this device or of a security key.",
    appTitle: "Authenticator app",
    appLead: "An app on your phone shows six digits that change all the time.",
    scan: "Open the app and scan this picture.",
    scanLabel: "QR code for your authenticator app",
    typeKey: "Or type this key into the app",
    enterCode: "Enter the six digits that the app shows.",
    code: "Code from the app",
    button: "Confirm",
    missing: "Enter the six digits that the app shows.",
    wrong: "These are not the digits that the app should show now. Wait for the next ones and try again.",
    expired: "This page was open for too long. Scan the new picture, please.",
    passkeyRefused: "The passkey could not be set up. Try again, or choose the app.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `For the account ${username} at ${server}`,
    title: "Keep your recovery codes",
    lead: "If you ever lose your device, each of these codes lets you in once. Print them or put them in your password manager: they are shown only now.",
    label: "Recovery codes",
    print: "Print",
    done: "I have kept them: continue",
  },

  consent: {
    title: "Allow access",
    heading: "Allow access to your account?",
    permissions: "It will be able to",
    newPermissions: "It will also be able to",
    allowedBefore: "You have already allowed it to",
    nothing: "It asks for nothing beyond your sign-in.",
    choice: "You can clear the boxes of what you would rather keep to yourself.",
    newMark: "New",
    resources: "At these services",
    returnsTo: (host: string) => `Either way, you return to ${host}.`,
    policy: "Privacy policy",
    terms: "Terms of service",
  },

  device: {
    title: "Connect a device",
    lead: "Enter the code that your device shows.",
    code: "Code",
    hint: "Capital or small letters, with or without the dash: all the same.",
    unknown: "This code is not known or no longer valid. Compare it with your device, or start again there.",
    missing: "Enter the code that your device shows.",
  },

  deviceDecision: {
    title: "Connect this device to your account?",
    codeLabel: "Code",
    compare: "Does your device show exactly this code? If it shows another one or none, deny.",
    warningTitle: "Did someone send you this code?",
    warning:
      "If it came by message, email or phone, do not continue. Approving would let a stranger into your account.",
    origin: "Where the request comes from",
    when: "Time",
    address: "Address",
    unknownAddress: "not known",
    yourAddress: "Your address",
    agent: "Program",
    unknownAgent: "did not say",
    network: {
      otherTitle: "This request comes from another network than yours",
      other:
        "A device beside you would mostly be in your network. Approve only if you asked for this yourself, elsewhere.",
      unknown: "Whether the request comes from your network cannot be told. Look at the device itself.",
    },
  },

  deviceDone: {
    approvedTitle: "Device connected",
    approved: (client: string) => `${client} can now use your account.`,
    deniedTitle: "Request denied",
    denied: (client: string) => `${client} was not let in.`,
    returnToDevice: "Return to your device. You can close this page.",
  },

  setup: {
    title: "Welcome",
    lead: "Create the first administrator of this server.",
    server: "This server:",
    username: "Username",
    password: "Password",
    button: "Create administrator",
    usernameMissing: "Choose a username.",
    usernameRefused: "This username cannot be used. Take letters, digits, dots, dashes and underscores.",
    usernameTaken: "This username is already taken.",
  },

  /** Where a link leads that an administrator, or the server's owner, has made. */
  accountLink: {
    inviteTitle: "Welcome",
    invite: (name: string) => `An account has been made for you, ${name}. Choose a password, and it is yours.`,
    resetTitle: "Choose a new password",
    reset: (name: string) =>
      `For the account of ${name}. The old password no longer works then, and whoever is signed in with it is signed out, apps and devices included.`,
    recoverTitle: "Get back in as administrator",
    recover: "This link is for the owner of this server. Name the account that is to be yours.",
    recoverWhat: "What happens then",
    recoverSteps: [
      "The account becomes an administrator with the new password. If there is none of that name, it is created.",
      "Its passkeys, authenticator app and recovery codes are removed: set them up again afterwards.",
      "Whoever is signed in to it is signed out, apps and devices included.",
      "All other accounts stay as they are.",
    ],
    administrators: (names: string) => `Administrators now: ${names}. A new name works, too.`,
    username: "Username",
    usernameHint: "You sign in with this name.",
    password: "New password",
    choose: "Save password",
    takeOver: "Recover access",
  },

  /** Wherever somebody chooses a password. */
  newPassword: {
    hint: "At least 8 characters. Several words in a row are long and easy to remember.",
    show: "Show",
    hide: "Hide",
    /** From the weakest to the strongest. */
    strengths: [
      "Too easy: among the first that are tried",
      "Weak: easy to guess",
      "Fair: withstands some guessing",
      "Good: hard to guess",
      "Strong: very hard to guess",
    ],
    missing: "Choose a password.",
    tooShort: "The password is too short. It needs at least 8 characters.",
    tooLong: "The password is too long.",
    refused: "The password holds characters that cannot be used, such as a line break.",
    tooEasy:
      "This password is among the first that a stranger would try. Please choose another: several words in a row do well.",
  },

  signOut: {
    title: "Sign out?",
    lead: "This ends your session on this server.",
    asked: (client: string) => `${client} asks to sign you out.`,
    button: "Sign out",
    stay: "Stay signed in",
    doneTitle: "You are signed out",
    done: "Your session on this server has ended. On a shared computer, close the browser as well.",
  },

  interstitial: {
    title: "Leave this page?",
    heading: (host: string) => `Go back to ${host}?`,
    lead: "This app sent a request that the server does not accept, so you were not signed in there.",
    caution: "If you did not come from there, close this page.",
    continueTo: (host: string) => `Continue to ${host}`,
  },

  formPost: {
    title: "One moment",
    lead: (host: string) => `You are being returned to ${host}.`,
    stuck: "If nothing happens, press the button.",
  },

  home: {
    title: "Start page",
    lead: "The door to the services of this box: one account, one sign-in.",
    welcomeAnyone: "Welcome",
    welcome: (name: string) => `Welcome, ${name}`,
    signIn: "Sign in",
    signInExplained: "With your account on this server",
    device: "Connect a device",
    deviceExplained: "Enter the code that a television, a player or a terminal shows",
    account: "Your account",
    accountExplained: "Password, sessions and the apps you have allowed",
    administration: "Administration",
    administrationExplained: "People, apps, sessions and keys",
    reference: "API reference",
    referenceExplained: "For those who connect their own services",
    signOut: "Sign out",
    signOutExplained: "End your session on this server",
    setupNeeded:
      "Nobody has set up this server yet. Open the one-time link that it printed when it started, or print a new one:",
  },

  error: {
    forDevelopers: "For developers",
    code: "Error",
    description: "Description",
    requestIdExplained: "Quote this number when you ask for help.",
  },

  /** Explanations for the error page, by what went wrong. */
  errors: {
    invalidRequest: {
      title: "This request cannot be read",
      explanation:
        "The app sent something that this server does not understand. The fault lies with the app, not with you.",
    },
    unknownClient: {
      title: "This app is not known here",
      explanation: "Nobody has added it to this server, or it has been removed. Ask whoever runs this server.",
    },
    redirectMismatch: {
      title: "The way back does not fit",
      explanation:
        "The app wants you returned to an address that it has not registered. To keep your account safe, the sign-in ends here.",
    },
    forbidden: {
      title: "This page is out of date",
      explanation: "The form did not come from your current session. Nothing was changed. Go back and try again.",
    },
    notAllowed: {
      title: "This page is not for your account",
      explanation: "Only administrators of this server may open it. Sign in with another account, or ask one of them.",
    },
    expired: {
      title: "This sign-in has ended",
      explanation: "It was open for too long or has been answered already. Go back to the app and start again.",
    },
    signOutRefused: {
      title: "This sign-out cannot be carried out",
      explanation: "The app’s request did not fit your session. You are still signed in, and can sign out yourself.",
    },
    setupLink: {
      title: "This setup link no longer works",
      explanation:
        "It works once, for an hour, and only until the next one is printed. Print a new one with “postern setup-link”.",
    },
    accountLink: {
      title: "This link no longer works",
      explanation:
        "A link works once, for a limited time, and only until a newer one is made. Ask whoever runs this server for another. If that is you: “postern setup-link --recover” prints one that lets you back in.",
    },
    notFound: {
      title: "There is nothing here",
      explanation: "The address may be mistyped, or the page has moved.",
    },
    methodNotAllowed: {
      title: "This does not work here",
      explanation: "The page cannot be called in this way. Go back and try again.",
    },
    tooLarge: {
      title: "That was too much at once",
      explanation: "The request is larger than this server accepts.",
    },
    tooManyRequests: {
      title: "Too many attempts",
      explanation: "To keep accounts safe, this server takes a break. Wait a few minutes and try again.",
    },
    accountDisabled: {
      title: "This account is switched off",
      explanation: "Ask whoever runs this server.",
    },
    busy: {
      title: "Many people are signing in",
      explanation:
        "This server is checking as many passwords as it can, and yours was not among them. Nothing was changed. Wait a few seconds and try again.",
    },
    cannotWrite: {
      title: "Nothing can be saved just now",
      explanation:
        "This server cannot write to its disk, which may be full. Nothing was changed. Tell whoever runs it, and try again later.",
    },
    unavailable: {
      title: "Back in a moment",
      explanation: "The server cannot answer just now. Try again shortly.",
    },
    serverError: {
      title: "Something went wrong",
      explanation: "The fault lies with this server. It has been recorded; try again later.",
    },
  },
};

export type Texts = typeof english;
