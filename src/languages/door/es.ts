import type { Texts } from "./en.ts";

/** "30 segundos", "1 minuto", "2 horas": rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const [count, unit] =
    seconds < 90 ? [seconds, "segundo"] : seconds < 5400 ? [seconds / 60, "minuto"] : [seconds / 3600, "hora"];
  const whole = Math.max(1, Math.ceil(count));
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
};

export const spanish: Texts = {
  locale: "es",

  common: {
    verified: "Verificada",
    unverified: "Sin verificar",
    unverifiedExplained:
      "Esta app se registró por sí sola. Nadie de la administración de este servidor la ha revisado.",
    signedInAs: "Sesión iniciada como",
    useAnotherAccount: "Usar otra cuenta",
    approve: "Permitir",
    deny: "Rechazar",
    continue: "Continuar",
    backToStart: "Volver a la página de inicio",
    newTab: "se abre en una pestaña nueva",
    requestId: "Solicitud",
    skipToContent: "Ir al contenido",
    menu: "Menú",
    copy: "Copiar",
    copied: "Copiado",
    tooManyAttempts: (seconds: number) => `Demasiados intentos. Vuelve a intentarlo en ${span(seconds)}.`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "ahora mismo"
      : seconds < 90
        ? `hace ${Math.floor(seconds)} segundos`
        : seconds < 5400
          ? `hace ${Math.floor(seconds / 60)} minuto${seconds < 120 ? "" : "s"}`
          : seconds < 172_800
            ? `hace ${Math.floor(seconds / 3600)} hora${seconds < 7200 ? "" : "s"}`
            : `hace ${Math.floor(seconds / 86_400)} días`,

  pager: {
    label: "Páginas de la lista",
    previous: "Anterior",
    next: "Siguiente",
    shown: (first: number, last: number, total: number) => `${first} a ${last} de ${total}`,
  },

  scopes: {
    openid: "Reconocerte cuando inicies sesión",
    profile: "Ver tu nombre, tu nombre de usuario y los demás datos de tu perfil",
    email: "Ver tu dirección de correo",
    phone: "Ver tu número de teléfono",
    address: "Ver tu dirección postal",
    groups: "Ver a qué grupos perteneces",
    offline_access: "Conservar su acceso mientras no estés, hasta que se lo retires",
    "postern:admin": "Administrar todo este servidor: personas, apps, sesiones y claves",
    "postern:introspect": "Comprobar los tokens que presentan otras apps",
  },
  otherScope: (name: string) => `Usar el permiso «${name}»`,

  signIn: {
    title: "Iniciar sesión",
    toContinue: (client: string) => `para continuar en ${client}`,
    again: "Escribe otra vez tu contraseña para confirmar que eres tú.",
    username: "Nombre de usuario",
    password: "Contraseña",
    button: "Iniciar sesión",
    wrongCredentials: "El nombre de usuario o la contraseña no son correctos.",
    hostUnavailable: "Ahora mismo no se puede comprobar tu contraseña. Inténtalo de nuevo en unos momentos.",
    usernameMissing: "Escribe tu nombre de usuario.",
    passwordMissing: "Escribe tu contraseña.",
    expired: "Esta página estuvo abierta demasiado tiempo. Inicia sesión de nuevo.",
    or: "o",
  },

  passkeys: {
    signIn: "Iniciar sesión con una llave de acceso",
    confirm: "Usar tu llave de acceso",
    create: "Crear una llave de acceso",
    failed: "No ha funcionado o se ha cancelado. Inténtalo de nuevo o elige otra opción.",
    exists: "Este dispositivo ya tiene una llave de acceso para tu cuenta.",
    refused: "Esta llave de acceso no se ha aceptado. Inténtalo de nuevo o inicia sesión con tu contraseña.",
    unverified:
      "Esta llave de acceso no ha comprobado que eres tú. Inicia sesión con tu contraseña; la llave te servirá como segundo paso.",
  },

  secondFactor: {
    title: "Un paso más",
    lead: "La contraseña es correcta. Ahora demuestra que eres tú.",
    leadSignedIn: "Has iniciado sesión con tu contraseña. Ahora demuestra que eres tú.",
    code: "Código",
    codeHint: "Los seis dígitos de tu app de autenticación o uno de tus códigos de recuperación.",
    recoveryCode: "Código de recuperación",
    recoveryHint: "Uno de los códigos que recibiste al configurar tu llave de acceso.",
    button: "Verificar",
    missing: "Escribe un código.",
    wrong: "Este código no es correcto o ya se ha usado.",
    wrongPasskey: "Esta llave de acceso no se ha aceptado. Inténtalo de nuevo o usa un código.",
    account: (name: string) => `Inicio de sesión como ${name}.`,
    recoveredTitle: "Has usado un código de recuperación",
    recovered: (left: number) =>
      left === 0
        ? "Era el último. Crea ahora otros en tu cuenta para que siempre puedas volver a entrar."
        : left === 1
          ? "Ese código ya no sirve y te queda uno. Crea pronto otros en tu cuenta."
          : `Ese código ya no sirve y te quedan ${left}. Puedes crear otros en tu cuenta.`,
  },

  enrolment: {
    title: "Protege tu cuenta",
    lead: "Tu cuenta necesita un segundo paso al iniciar sesión, para que no baste con una contraseña robada. Elige uno ahora.",
    passkeyTitle: "Llave de acceso",
    passkeyLead: "Lo más fácil: tu huella, tu rostro o el PIN de este dispositivo o de una llave de seguridad.",
    appTitle: "App de autenticación",
    appLead: "Una app de tu teléfono muestra seis dígitos que cambian continuamente.",
    scan: "Abre la app y escanea esta imagen.",
    scanLabel: "Código QR para tu app de autenticación",
    typeKey: "O escribe esta clave en la app",
    enterCode: "Escribe los seis dígitos que muestra la app.",
    code: "Código de la app",
    button: "Confirmar",
    missing: "Escribe los seis dígitos que muestra la app.",
    wrong: "No son los dígitos que la app debería mostrar ahora. Espera a los siguientes e inténtalo de nuevo.",
    expired: "Esta página estuvo abierta demasiado tiempo. Escanea la imagen nueva.",
    passkeyRefused: "No se ha podido configurar la llave de acceso. Inténtalo de nuevo o elige la app.",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `Para la cuenta ${username} en ${server}`,
    title: "Guarda tus códigos de recuperación",
    lead: "Si algún día pierdes tu dispositivo, cada uno de estos códigos te permite entrar una vez. Imprímelos o guárdalos en tu gestor de contraseñas: solo se muestran ahora.",
    label: "Códigos de recuperación",
    print: "Imprimir",
    done: "Ya los he guardado: continuar",
  },

  consent: {
    title: "Permitir el acceso",
    heading: "¿Permitir el acceso a tu cuenta?",
    permissions: "La app podrá",
    newPermissions: "La app también podrá",
    allowedBefore: "Ya le has permitido",
    nothing: "No pide nada más que tu inicio de sesión.",
    choice: "Puedes desmarcar las casillas de lo que prefieras no compartir.",
    newMark: "Nuevo",
    resources: "En estos servicios",
    returnsTo: (host: string) => `En ambos casos, volverás a ${host}.`,
    policy: "Política de privacidad",
    terms: "Condiciones del servicio",
  },

  device: {
    title: "Conectar un dispositivo",
    lead: "Escribe el código que muestra tu dispositivo.",
    code: "Código",
    hint: "Da igual si usas mayúsculas o minúsculas, con guion o sin él.",
    unknown: "Este código no existe o ya no es válido. Compáralo con el de tu dispositivo o empieza allí de nuevo.",
    missing: "Escribe el código que muestra tu dispositivo.",
  },

  deviceDecision: {
    title: "¿Conectar este dispositivo a tu cuenta?",
    codeLabel: "Código",
    compare: "¿Tu dispositivo muestra exactamente este código? Si muestra otro o ninguno, rechaza la solicitud.",
    warningTitle: "¿Alguien te ha enviado este código?",
    warning:
      "Si te llegó por mensaje, correo o teléfono, no continúes. Si lo permites, una persona desconocida podrá entrar en tu cuenta.",
    origin: "De dónde viene la solicitud",
    when: "Hora",
    address: "Dirección",
    unknownAddress: "desconocida",
    yourAddress: "Tu dirección",
    agent: "Programa",
    unknownAgent: "no lo indica",
    network: {
      otherTitle: "Esta solicitud viene de una red distinta de la tuya",
      other:
        "Un dispositivo que tienes al lado suele estar en tu misma red. Permite el acceso solo si lo has pedido tú desde otro lugar.",
      unknown: "No se puede saber si la solicitud viene de tu red. Compruébalo en el propio dispositivo.",
    },
  },

  deviceDone: {
    approvedTitle: "Dispositivo conectado",
    approved: (client: string) => `${client} ya puede usar tu cuenta.`,
    deniedTitle: "Solicitud rechazada",
    denied: (client: string) => `No se ha permitido el acceso a ${client}.`,
    returnToDevice: "Vuelve a tu dispositivo. Puedes cerrar esta página.",
  },

  setup: {
    title: "Te damos la bienvenida",
    lead: "Crea la primera cuenta de administración de este servidor.",
    server: "Este servidor:",
    username: "Nombre de usuario",
    password: "Contraseña",
    button: "Crear la cuenta",
    usernameMissing: "Elige un nombre de usuario.",
    usernameRefused: "Este nombre de usuario no se puede usar. Elige letras, números, puntos, guiones y guiones bajos.",
    usernameTaken: "Este nombre de usuario ya está en uso.",
  },

  accountLink: {
    inviteTitle: "Te damos la bienvenida",
    invite: (name: string) => `Se ha creado una cuenta para ti, ${name}. Elige una contraseña y será tuya.`,
    resetTitle: "Elige una contraseña nueva",
    reset: (name: string) =>
      `Para la cuenta de ${name}. La contraseña anterior dejará de funcionar y se cerrarán las sesiones abiertas con ella, también las de apps y dispositivos.`,
    recoverTitle: "Recuperar el acceso de administración",
    recover: "Este enlace es para la persona propietaria de este servidor. Indica qué cuenta será la tuya.",
    recoverWhat: "Qué pasará entonces",
    recoverSteps: [
      "La cuenta pasará a ser de administración y tendrá la contraseña nueva. Si no hay ninguna con ese nombre, se creará.",
      "Se quitarán sus llaves de acceso, su app de autenticación y sus códigos de recuperación: vuelve a configurarlos después.",
      "Se cerrarán todas sus sesiones, también las de apps y dispositivos.",
      "Las demás cuentas se quedan como están.",
    ],
    administrators: (names: string) =>
      `Cuentas de administración actuales: ${names}. También puedes usar un nombre nuevo.`,
    username: "Nombre de usuario",
    usernameHint: "Con este nombre inicias sesión.",
    password: "Contraseña nueva",
    choose: "Guardar la contraseña",
    takeOver: "Recuperar el acceso",
  },

  newPassword: {
    hint: "Al menos 8 caracteres. Varias palabras seguidas dan una contraseña larga y fácil de recordar.",
    show: "Mostrar",
    hide: "Ocultar",
    strengths: [
      "Demasiado fácil: de las primeras que se prueban",
      "Débil: fácil de adivinar",
      "Aceptable: resiste algunos intentos",
      "Buena: difícil de adivinar",
      "Fuerte: muy difícil de adivinar",
    ],
    missing: "Elige una contraseña.",
    tooShort: "La contraseña es demasiado corta. Necesita al menos 8 caracteres.",
    tooLong: "La contraseña es demasiado larga.",
    refused: "La contraseña contiene caracteres que no se pueden usar, como un salto de línea.",
    tooEasy:
      "Esta contraseña es de las primeras que probaría alguien que quisiera entrar. Elige otra: varias palabras seguidas funcionan bien.",
  },

  signOut: {
    title: "¿Cerrar sesión?",
    lead: "Tu sesión en este servidor terminará.",
    asked: (client: string) => `${client} pide cerrar tu sesión.`,
    button: "Cerrar sesión",
    stay: "Mantener la sesión",
    doneTitle: "Sesión cerrada",
    done: "Tu sesión en este servidor ha terminado. Si el equipo es compartido, cierra también el navegador.",
  },

  interstitial: {
    title: "¿Salir de esta página?",
    heading: (host: string) => `¿Volver a ${host}?`,
    lead: "Esta app ha enviado una solicitud que el servidor no acepta, así que no se ha iniciado sesión en ella.",
    caution: "Si no vienes de allí, cierra esta página.",
    continueTo: (host: string) => `Continuar a ${host}`,
  },

  formPost: {
    title: "Un momento",
    lead: (host: string) => `Te llevamos de vuelta a ${host}.`,
    stuck: "Si no pasa nada, pulsa el botón.",
  },

  home: {
    title: "Página de inicio",
    lead: "La puerta a los servicios de este equipo: una sola cuenta, un solo inicio de sesión.",
    welcomeAnyone: "Te damos la bienvenida",
    welcome: (name: string) => `Hola, ${name}`,
    signIn: "Iniciar sesión",
    signInExplained: "Con tu cuenta de este servidor",
    device: "Conectar un dispositivo",
    deviceExplained: "Escribe el código que muestra un televisor, un reproductor o una terminal",
    account: "Tu cuenta",
    accountExplained: "Contraseña, sesiones y las apps a las que has dado acceso",
    administration: "Administración",
    administrationExplained: "Personas, apps, sesiones y claves",
    reference: "Referencia de la API",
    referenceExplained: "Para quienes conectan sus propios servicios",
    signOut: "Cerrar sesión",
    signOutExplained: "Termina tu sesión en este servidor",
    setupNeeded:
      "Nadie ha configurado todavía este servidor. Abre el enlace de un solo uso que mostró al iniciarse o genera uno nuevo:",
  },

  error: {
    forDevelopers: "Información técnica",
    code: "Error",
    description: "Descripción",
    requestIdExplained: "Indica este número cuando pidas ayuda.",
  },

  errors: {
    invalidRequest: {
      title: "No se puede leer esta solicitud",
      explanation: "La app ha enviado algo que este servidor no entiende. El fallo está en la app, no es tuyo.",
    },
    unknownClient: {
      title: "Este servidor no conoce esta app",
      explanation: "Nadie la ha añadido, o se ha eliminado. Consulta a quien se encarga del servidor.",
    },
    redirectMismatch: {
      title: "La dirección de vuelta no coincide",
      explanation:
        "La app quiere devolverte a una dirección que no tiene registrada. Para proteger tu cuenta, el inicio de sesión termina aquí.",
    },
    forbidden: {
      title: "Esta página ha caducado",
      explanation:
        "El formulario no viene de tu sesión actual. No se ha cambiado nada. Vuelve atrás e inténtalo de nuevo.",
    },
    notAllowed: {
      title: "Esta página no es para tu cuenta",
      explanation:
        "Solo la administración de este servidor puede abrirla. Inicia sesión con otra cuenta o consulta a quien lo administra.",
    },
    expired: {
      title: "Este inicio de sesión ha terminado",
      explanation: "Estuvo abierto demasiado tiempo o ya se ha respondido. Vuelve a la app y empieza de nuevo.",
    },
    signOutRefused: {
      title: "No se puede cerrar la sesión de este modo",
      explanation: "La solicitud de la app no corresponde a tu sesión. Tu sesión sigue abierta; puedes cerrarla tú.",
    },
    setupLink: {
      title: "Este enlace de configuración inicial ya no funciona",
      explanation:
        "Funciona una sola vez, durante una hora y solo hasta que se genera el siguiente. Genera uno nuevo con «postern setup-link».",
    },
    accountLink: {
      title: "Este enlace ya no funciona",
      explanation:
        "Un enlace funciona una sola vez, durante un tiempo limitado y solo hasta que se crea otro. Pide uno nuevo a quien se encarga de este servidor. Si eres tú, «postern setup-link --recover» genera uno con el que puedes volver a entrar.",
    },
    notFound: {
      title: "Aquí no hay nada",
      explanation: "Puede que la dirección esté mal escrita o que la página se haya movido.",
    },
    methodNotAllowed: {
      title: "Esto no funciona aquí",
      explanation: "La página no se puede abrir de este modo. Vuelve atrás e inténtalo de nuevo.",
    },
    tooLarge: {
      title: "Demasiado de una vez",
      explanation: "La solicitud es más grande de lo que acepta este servidor.",
    },
    tooManyRequests: {
      title: "Demasiados intentos",
      explanation: "Para proteger las cuentas, este servidor hace una pausa. Espera unos minutos e inténtalo de nuevo.",
    },
    accountDisabled: {
      title: "Esta cuenta está desactivada",
      explanation: "Consulta a quien se encarga de este servidor.",
    },
    busy: {
      title: "Mucha gente está iniciando sesión",
      explanation:
        "El servidor está comprobando tantas contraseñas como puede, y la tuya no estaba entre ellas. No se ha cambiado nada. Espera unos segundos e inténtalo de nuevo.",
    },
    cannotWrite: {
      title: "Ahora no se puede guardar nada",
      explanation:
        "Este servidor no puede escribir en su disco, que quizá esté lleno. No se ha cambiado nada. Avisa a quien lo administra e inténtalo de nuevo más tarde.",
    },
    unavailable: {
      title: "Volvemos enseguida",
      explanation: "El servidor no puede responder en este momento. Inténtalo de nuevo dentro de poco.",
    },
    serverError: {
      title: "Algo ha fallado",
      explanation: "El fallo está en este servidor y ha quedado registrado. Inténtalo de nuevo más tarde.",
    },
  },
};
