import type { Texts } from "./en.ts";

/** "30 秒", "1 分钟", "2 小时": rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const [count, unit] =
    seconds < 90 ? [seconds, "秒"] : seconds < 5400 ? [seconds / 60, "分钟"] : [seconds / 3600, "小时"];
  return `${Math.max(1, Math.ceil(count))} ${unit}`;
};

export const simplifiedChinese: Texts = {
  locale: "zh-Hans",

  common: {
    verified: "已验证",
    unverified: "未验证",
    unverifiedExplained: "此应用是自行注册的，尚未经过此服务器的管理员检查。",
    signedInAs: "当前登录账户",
    useAnotherAccount: "使用其他账户",
    approve: "允许",
    deny: "拒绝",
    continue: "继续",
    backToStart: "返回首页",
    newTab: "在新标签页中打开",
    requestId: "请求编号",
    skipToContent: "跳到内容",
    menu: "菜单",
    copy: "复制",
    copied: "已复制",
    tooManyAttempts: (seconds: number) => `尝试次数过多。请在 ${span(seconds)}后重试。`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "刚刚"
      : seconds < 90
        ? `${Math.floor(seconds)} 秒前`
        : seconds < 5400
          ? `${Math.floor(seconds / 60)} 分钟前`
          : seconds < 172_800
            ? `${Math.floor(seconds / 3600)} 小时前`
            : `${Math.floor(seconds / 86_400)} 天前`,

  pager: {
    label: "列表分页",
    previous: "上一页",
    next: "下一页",
    shown: (first: number, last: number, total: number) => `第 ${first}–${last} 项，共 ${total} 项`,
  },

  scopes: {
    openid: "在您登录时识别您的身份",
    profile: "查看您的姓名、用户名及其他个人资料",
    email: "查看您的电子邮件地址",
    phone: "查看您的电话号码",
    address: "查看您的通讯地址",
    groups: "查看您所属的群组",
    offline_access: "在您离开后继续保持访问权限，直到您将其撤销",
    "postern:admin": "管理整个服务器：用户、应用、会话和密钥",
    "postern:introspect": "检查其他应用出示的令牌",
  },
  otherScope: (name: string) => `使用“${name}”权限`,

  signIn: {
    title: "登录",
    toContinue: (client: string) => `以继续使用“${client}”`,
    again: "请再次输入密码，以确认是您本人。",
    username: "用户名",
    password: "密码",
    button: "登录",
    wrongCredentials: "用户名或密码不正确。",
    hostUnavailable: "目前无法验证您的密码。请稍后重试。",
    usernameMissing: "请输入用户名。",
    passwordMissing: "请输入密码。",
    expired: "此页面打开的时间过长。请重新登录。",
    or: "或",
  },

  passkeys: {
    signIn: "使用通行密钥登录",
    confirm: "使用通行密钥",
    create: "创建通行密钥",
    failed: "操作未成功或已取消。请重试，或选择其他方式。",
    exists: "此设备上已有您账户的通行密钥。",
    refused: "此通行密钥未被接受。请重试，或使用密码登录。",
    unverified: "此通行密钥没有核实是否为您本人。请先使用密码登录，再将此通行密钥用于第二步验证。",
  },

  secondFactor: {
    title: "还差一步",
    lead: "密码正确。现在请证明是您本人。",
    leadSignedIn: "您已使用密码登录。现在请证明是您本人。",
    code: "代码",
    codeHint: "身份验证器应用显示的六位验证码，或您的任一恢复代码。",
    recoveryCode: "恢复代码",
    recoveryHint: "您在设置通行密钥时获得的任一代码。",
    button: "验证",
    missing: "请输入代码。",
    wrong: "此代码不正确，或已经使用过。",
    wrongPasskey: "此通行密钥未被接受。请重试，或输入代码。",
    account: (name: string) => `正在以“${name}”的身份登录。`,
    recoveredTitle: "您使用了恢复代码",
    recovered: (left: number) =>
      left === 0
        ? "您已用完最后一个恢复代码。请立即在您的账户中生成新的恢复代码，以确保您始终能够登录。"
        : left === 1
          ? "此恢复代码已失效，还剩 1 个。请尽快在您的账户中生成新的恢复代码。"
          : `此恢复代码已失效，还剩 ${left} 个。您可以在您的账户中生成新的恢复代码。`,
  },

  enrolment: {
    title: "保护您的账户",
    lead: "您的账户需要在登录时进行第二步验证，这样仅凭盗取的密码便无法登录。请立即选择一种方式。",
    passkeyTitle: "通行密钥",
    passkeyLead: "最简单的方式：使用您的指纹、面容，或者此设备或安全密钥的 PIN 码。",
    appTitle: "身份验证器应用",
    appLead: "手机上的应用会显示不断变化的六位数字。",
    scan: "打开该应用，扫描此图片。",
    scanLabel: "用于身份验证器应用的二维码",
    typeKey: "或在该应用中输入此密钥",
    enterCode: "输入该应用显示的六位数字。",
    code: "应用中的验证码",
    button: "确认",
    missing: "请输入该应用显示的六位数字。",
    wrong: "这不是该应用此刻应显示的数字。请等待下一组数字出现后重试。",
    expired: "此页面打开的时间过长。请扫描新图片。",
    passkeyRefused: "无法设置通行密钥。请重试，或选择身份验证器应用。",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `用于 ${server} 上的账户 ${username}`,
    title: "请妥善保存恢复代码",
    lead: "如果您丢失了设备，每个代码可让您登录一次。请打印这些代码，或将其存入您的密码管理器：它们仅在此时显示。",
    label: "恢复代码",
    print: "打印",
    done: "我已保存，继续",
  },

  consent: {
    title: "允许访问",
    heading: "要允许访问您的账户吗？",
    permissions: "该应用将可以",
    newPermissions: "该应用还将可以",
    allowedBefore: "您此前已允许该应用",
    nothing: "除登录外，该应用不请求任何其他权限。",
    choice: "对于不想提供的内容，您可以取消勾选。",
    newMark: "新增",
    resources: "用于以下服务",
    returnsTo: (host: string) => `无论如何选择，您都将返回 ${host}。`,
    policy: "隐私政策",
    terms: "服务条款",
  },

  device: {
    title: "连接设备",
    lead: "请输入设备上显示的代码。",
    code: "代码",
    hint: "不区分大小写，连字符可有可无。",
    unknown: "此代码不存在或已失效。请与设备上显示的代码核对，或在设备上重新开始。",
    missing: "请输入设备上显示的代码。",
  },

  deviceDecision: {
    title: "要将此设备连接到您的账户吗？",
    codeLabel: "代码",
    compare: "您的设备显示的是否正是此代码？如果显示的是其他代码，或者没有显示代码，请拒绝。",
    warningTitle: "此代码是他人发送给您的吗？",
    warning: "如果代码来自消息、电子邮件或电话，请勿继续。一旦允许，陌生人就能进入您的账户。",
    origin: "请求的来源",
    when: "时间",
    address: "地址",
    unknownAddress: "未知",
    yourAddress: "您的地址",
    agent: "程序",
    unknownAgent: "未说明",
    network: {
      otherTitle: "此请求来自与您不同的网络",
      other: "您身边的设备通常与您处于同一网络。只有当您本人在别处发起了此请求时，才应允许。",
      unknown: "无法判断此请求是否来自您的网络。请查看设备本身。",
    },
  },

  deviceDone: {
    approvedTitle: "设备已连接",
    approved: (client: string) => `“${client}”现在可以使用您的账户。`,
    deniedTitle: "请求已拒绝",
    denied: (client: string) => `“${client}”未获准访问。`,
    returnToDevice: "请回到您的设备。您可以关闭此页面。",
  },

  setup: {
    title: "欢迎",
    lead: "请创建此服务器的第一位管理员。",
    server: "此服务器：",
    username: "用户名",
    password: "密码",
    button: "创建管理员",
    usernameMissing: "请设置用户名。",
    usernameRefused: "无法使用此用户名。请使用字母、数字、点、连字符和下划线。",
    usernameTaken: "此用户名已被使用。",
  },

  accountLink: {
    inviteTitle: "欢迎",
    invite: (name: string) => `${name}，您好！已为您创建账户，设置密码后即可使用。`,
    resetTitle: "设置新密码",
    reset: (name: string) =>
      `您正在为“${name}”的账户设置新密码。设置后，旧密码将失效，所有已登录的浏览器、应用和设备都将退出登录。`,
    recoverTitle: "恢复管理员访问权限",
    recover: "此链接供服务器的所有者使用。请填写要归您使用的账户。",
    recoverWhat: "接下来会发生什么",
    recoverSteps: [
      "该账户将成为管理员，并使用新密码。如果没有此名称的账户，则会创建一个。",
      "该账户的通行密钥、身份验证器应用和恢复代码都将移除，请在之后重新设置。",
      "所有已登录该账户的浏览器、应用和设备都将退出登录。",
      "其他所有账户保持不变。",
    ],
    administrators: (names: string) => `当前管理员：${names}。也可以填写新的用户名。`,
    username: "用户名",
    usernameHint: "您将使用此名称登录。",
    password: "新密码",
    choose: "保存密码",
    takeOver: "恢复访问权限",
  },

  newPassword: {
    hint: "至少 8 个字符。将多个词连在一起，既够长又好记。",
    show: "显示",
    hide: "隐藏",
    strengths: [
      "过于简单：属于最先被尝试的密码",
      "弱：容易被猜到",
      "一般：能抵挡一定次数的猜测",
      "良好：难以被猜到",
      "强：极难被猜到",
    ],
    missing: "请设置密码。",
    tooShort: "密码太短。至少需要 8 个字符。",
    tooLong: "密码太长。",
    refused: "密码包含不能使用的字符，例如换行符。",
    tooEasy: "陌生人会最先尝试这样的密码。请另选一个：将多个词连在一起就很好。",
  },

  signOut: {
    title: "要退出登录吗？",
    lead: "这将结束您在此服务器上的会话。",
    asked: (client: string) => `“${client}”请求让您退出登录。`,
    button: "退出登录",
    stay: "保持登录",
    doneTitle: "您已退出登录",
    done: "您在此服务器上的会话已结束。如果使用的是共用电脑，请同时关闭浏览器。",
  },

  interstitial: {
    title: "要离开此页面吗？",
    heading: (host: string) => `要返回 ${host} 吗？`,
    lead: "此应用发送的请求未被服务器接受，因此您没有在该应用中登录。",
    caution: "如果您并非来自该网站，请关闭此页面。",
    continueTo: (host: string) => `继续前往 ${host}`,
  },

  formPost: {
    title: "请稍候",
    lead: (host: string) => `正在返回 ${host}。`,
    stuck: "如果没有反应，请点击按钮。",
  },

  home: {
    title: "首页",
    lead: "由此进入这台服务器上的各项服务：一个账户，一次登录。",
    welcomeAnyone: "欢迎",
    welcome: (name: string) => `欢迎，${name}`,
    signIn: "登录",
    signInExplained: "使用您在此服务器上的账户",
    device: "连接设备",
    deviceExplained: "输入电视、播放器或终端上显示的代码",
    account: "您的账户",
    accountExplained: "密码、会话以及您允许的应用",
    administration: "管理",
    administrationExplained: "用户、应用、会话和密钥",
    reference: "API 参考",
    referenceExplained: "供接入自有服务的人员使用",
    signOut: "退出登录",
    signOutExplained: "结束您在此服务器上的会话",
    setupNeeded: "此服务器尚未设置。请打开服务器启动时输出的一次性链接，或者重新输出一个：",
  },

  error: {
    forDevelopers: "供开发者参考",
    code: "错误",
    description: "说明",
    requestIdExplained: "寻求帮助时请提供此编号。",
  },

  errors: {
    invalidRequest: {
      title: "无法读取此请求",
      explanation: "应用发送了此服务器无法理解的内容。问题出在应用，与您无关。",
    },
    unknownClient: {
      title: "此服务器上没有该应用",
      explanation: "该应用从未添加到此服务器，或已被移除。请联系此服务器的管理员。",
    },
    redirectMismatch: {
      title: "返回地址不匹配",
      explanation: "应用要让您返回到一个未经注册的地址。为保护您的账户，登录到此终止。",
    },
    forbidden: {
      title: "此页面已过期",
      explanation: "此表单不是来自您当前的会话。未作任何更改。请返回上一页重试。",
    },
    notAllowed: {
      title: "您的账户无权访问此页面",
      explanation: "只有此服务器的管理员可以打开此页面。请使用其他账户登录，或联系管理员。",
    },
    expired: {
      title: "此次登录已结束",
      explanation: "页面打开的时间过长，或登录已经完成。请回到应用重新开始。",
    },
    signOutRefused: {
      title: "无法完成此次退出登录",
      explanation: "应用的请求与您的会话不匹配。您仍处于登录状态，可以自行退出登录。",
    },
    setupLink: {
      title: "此设置链接已失效",
      explanation:
        "设置链接只能使用一次，有效期为一小时，且在输出新链接后立即失效。请使用“postern setup-link”命令输出新链接。",
    },
    accountLink: {
      title: "此链接已失效",
      explanation:
        "链接只能使用一次，有时间限制，且在生成新链接后立即失效。请向此服务器的管理员索取新链接。如果您本人就是管理员，请使用“postern setup-link --recover”命令输出一个链接，通过它即可重新登录。",
    },
    notFound: {
      title: "这里什么都没有",
      explanation: "地址可能输入有误，或者页面已移动。",
    },
    methodNotAllowed: {
      title: "此操作在这里不可用",
      explanation: "不能以这种方式访问此页面。请返回上一页重试。",
    },
    tooLarge: {
      title: "一次发送的内容过多",
      explanation: "请求的大小超出了此服务器的接受范围。",
    },
    tooManyRequests: {
      title: "尝试次数过多",
      explanation: "为保护账户安全，此服务器暂停接受尝试。请等待几分钟后重试。",
    },
    accountDisabled: {
      title: "此账户已停用",
      explanation: "请联系此服务器的管理员。",
    },
    busy: {
      title: "目前登录的人太多",
      explanation: "服务器正在尽力验证密码，您的密码尚未验证。没有任何更改。请等待几秒钟后重试。",
    },
    cannotWrite: {
      title: "目前无法保存任何内容",
      explanation: "服务器无法写入磁盘，磁盘可能已满。没有任何更改。请告知管理员，稍后再试。",
    },
    unavailable: {
      title: "马上回来",
      explanation: "服务器暂时无法响应。请稍后重试。",
    },
    serverError: {
      title: "出了点问题",
      explanation: "问题出在此服务器，并已记录。请稍后重试。",
    },
  },
};
