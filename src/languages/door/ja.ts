import type { Texts } from "./en.ts";

/** "30秒", "1分", "2時間": rounded up, because the reader waits that long. */
const span = (seconds: number): string => {
  const [count, unit] =
    seconds < 90 ? [seconds, "秒"] : seconds < 5400 ? [seconds / 60, "分"] : [seconds / 3600, "時間"];
  return `${Math.max(1, Math.ceil(count))}${unit}`;
};

export const japanese: Texts = {
  locale: "ja",

  common: {
    verified: "確認済み",
    unverified: "未確認",
    unverifiedExplained: "管理者を通さずに登録されたアプリです。このサーバーの管理者による確認は行われていません。",
    signedInAs: "ログイン中のアカウント",
    useAnotherAccount: "別のアカウントを使用",
    approve: "許可",
    deny: "拒否",
    continue: "続ける",
    backToStart: "スタートページに戻る",
    newTab: "新しいタブで開きます",
    requestId: "リクエストID",
    skipToContent: "本文へ移動",
    menu: "メニュー",
    copy: "コピー",
    copied: "コピーしました",
    tooManyAttempts: (seconds: number) => `試行回数が多すぎます。${span(seconds)}後にもう一度お試しください。`,
  },

  ago: (seconds: number) =>
    seconds < 10
      ? "たった今"
      : seconds < 90
        ? `${Math.floor(seconds)}秒前`
        : seconds < 5400
          ? `${Math.floor(seconds / 60)}分前`
          : seconds < 172_800
            ? `${Math.floor(seconds / 3600)}時間前`
            : `${Math.floor(seconds / 86_400)}日前`,

  pager: {
    label: "一覧のページ",
    previous: "前へ",
    next: "次へ",
    shown: (first: number, last: number, total: number) => `${total}件中${first}〜${last}件`,
  },

  scopes: {
    openid: "ログインしたときに本人を識別する",
    profile: "名前、ユーザー名、その他のプロフィール情報を見る",
    email: "メールアドレスを見る",
    phone: "電話番号を見る",
    address: "住所を見る",
    groups: "所属しているグループを見る",
    offline_access: "利用していない間も、許可が取り消されるまでアクセスを続ける",
    "postern:admin": "ユーザー、アプリ、セッション、鍵を含め、このサーバー全体を管理する",
    "postern:introspect": "ほかのアプリから提示されたトークンを検証する",
  },
  otherScope: (name: string) => `権限「${name}」を使う`,

  signIn: {
    title: "ログイン",
    toContinue: (client: string) => `ログイン後、${client}に進みます`,
    again: "本人確認のため、パスワードをもう一度入力してください。",
    username: "ユーザー名",
    password: "パスワード",
    button: "ログイン",
    wrongCredentials: "ユーザー名またはパスワードが正しくありません。",
    hostUnavailable: "現在パスワードを確認できません。しばらくしてからもう一度お試しください。",
    usernameMissing: "ユーザー名を入力してください。",
    passwordMissing: "パスワードを入力してください。",
    expired: "ページを開いてから時間が経ちすぎました。もう一度ログインしてください。",
    or: "または",
  },

  passkeys: {
    signIn: "パスキーでログイン",
    confirm: "パスキーを使用",
    create: "パスキーを作成",
    failed: "処理が失敗したか、キャンセルされました。もう一度試すか、別の方法を選んでください。",
    exists: "このデバイスには、このアカウントのパスキーがすでにあります。",
    refused: "このパスキーは受け付けられませんでした。もう一度試すか、パスワードでログインしてください。",
    unverified:
      "このパスキーでは本人確認が行われませんでした。パスワードでログインすると、このパスキーを2要素認証に使えます。",
  },

  secondFactor: {
    title: "2要素認証",
    lead: "パスワードを確認しました。続けて本人確認を行ってください。",
    leadSignedIn: "パスワードでログインしています。続けて本人確認を行ってください。",
    code: "コード",
    codeHint: "認証アプリに表示された6桁の数字、またはリカバリーコードの1つを入力してください。",
    recoveryCode: "リカバリーコード",
    recoveryHint: "パスキーの設定時に発行されたコードの1つを入力してください。",
    button: "確認",
    missing: "コードを入力してください。",
    wrong: "コードが正しくないか、すでに使用されています。",
    wrongPasskey: "このパスキーは受け付けられませんでした。もう一度試すか、コードを使用してください。",
    account: (name: string) => `${name}としてログインします。`,
    recoveredTitle: "リカバリーコードを使用しました",
    recovered: (left: number) =>
      left === 0
        ? "最後のコードを使い切りました。今後も確実にログインできるよう、今すぐアカウントで新しいコードを作成してください。"
        : left === 1
          ? "使用したコードは無効になり、残りは1個です。早めにアカウントで新しいコードを作成してください。"
          : `使用したコードは無効になり、残りは${left}個です。新しいコードはアカウントで作成できます。`,
  },

  enrolment: {
    title: "アカウントの保護",
    lead: "パスワードが盗まれても不正にログインされないよう、このアカウントでは2要素認証が必要です。次のいずれかを設定してください。",
    passkeyTitle: "パスキー",
    passkeyLead: "最も簡単な方法です。指紋や顔、またはこのデバイスやセキュリティキーのPINを使います。",
    appTitle: "認証アプリ",
    appLead: "スマートフォンのアプリに、一定時間ごとに変わる6桁の数字が表示されます。",
    scan: "アプリを開き、この画像を読み取ってください。",
    scanLabel: "認証アプリ用のQRコード",
    typeKey: "または、このキーをアプリに入力",
    enterCode: "アプリに表示された6桁の数字を入力してください。",
    code: "アプリのコード",
    button: "確認",
    missing: "アプリに表示された6桁の数字を入力してください。",
    wrong:
      "アプリに現在表示されているはずの数字と一致しません。次の数字が表示されるのを待って、もう一度お試しください。",
    expired: "ページを開いてから時間が経ちすぎました。新しい画像を読み取ってください。",
    passkeyRefused: "パスキーを設定できませんでした。もう一度試すか、認証アプリを選んでください。",
  },

  recoveryCodes: {
    of: (username: string, server: string) => `${server}のアカウント「${username}」用`,
    title: "リカバリーコードを保管してください",
    lead: "デバイスを紛失した場合は、これらのコードを使ってそれぞれ1回ずつログインできます。印刷するか、パスワードマネージャーに保存してください。コードが表示されるのは今回だけです。",
    label: "リカバリーコード",
    print: "印刷",
    done: "保管したので続ける",
  },

  consent: {
    title: "アクセスの許可",
    heading: "アカウントへのアクセスを許可しますか？",
    permissions: "アプリができるようになること",
    newPermissions: "追加でできるようになること",
    allowedBefore: "すでに許可していること",
    nothing: "ログイン以外の権限は求められていません。",
    choice: "共有したくない項目は、チェックを外してください。",
    newMark: "新規",
    resources: "対象のサービス",
    returnsTo: (host: string) => `どちらを選んでも、${host}に戻ります。`,
    policy: "プライバシーポリシー",
    terms: "利用規約",
  },

  device: {
    title: "デバイスの接続",
    lead: "デバイスに表示されているコードを入力してください。",
    code: "コード",
    hint: "大文字と小文字は区別されません。ハイフンはなくてもかまいません。",
    unknown:
      "このコードは正しくないか、有効期限が切れています。デバイスの表示と見比べるか、デバイスで最初からやり直してください。",
    missing: "デバイスに表示されているコードを入力してください。",
  },

  deviceDecision: {
    title: "このデバイスをアカウントに接続しますか？",
    codeLabel: "コード",
    compare:
      "デバイスにこれと同じコードが表示されていますか？違うコードが表示されている場合や、何も表示されていない場合は、拒否してください。",
    warningTitle: "このコードは誰かから送られてきたものですか？",
    warning:
      "メッセージ、メール、電話で受け取ったコードの場合は、ここで中止してください。許可すると、他人にアカウントへのアクセスを与えることになります。",
    origin: "リクエストの送信元",
    when: "日時",
    address: "IPアドレス",
    unknownAddress: "不明",
    yourAddress: "このブラウザのIPアドレス",
    agent: "プログラム",
    unknownAgent: "情報なし",
    network: {
      otherTitle: "このリクエストは、このブラウザとは別のネットワークから送信されています",
      other:
        "手元にあるデバイスなら、通常は同じネットワークに接続されています。別の場所で自らリクエストした場合にだけ許可してください。",
      unknown:
        "リクエストがこのブラウザと同じネットワークから送信されたかどうかは判別できません。デバイス本体の表示を確認してください。",
    },
  },

  deviceDone: {
    approvedTitle: "デバイスを接続しました",
    approved: (client: string) => `${client}でアカウントを利用できるようになりました。`,
    deniedTitle: "リクエストを拒否しました",
    denied: (client: string) => `${client}のアクセスは許可されませんでした。`,
    returnToDevice: "デバイスに戻ってください。このページは閉じてかまいません。",
  },

  setup: {
    title: "ようこそ",
    lead: "このサーバーの最初の管理者を作成してください。",
    server: "このサーバー：",
    username: "ユーザー名",
    password: "パスワード",
    button: "管理者を作成",
    usernameMissing: "ユーザー名を決めてください。",
    usernameRefused: "このユーザー名は使用できません。文字、数字、ピリオド、ハイフン、アンダースコアを使ってください。",
    usernameTaken: "このユーザー名はすでに使われています。",
  },

  accountLink: {
    inviteTitle: "ようこそ",
    invite: (name: string) => `${name}さんのアカウントが用意されています。パスワードを設定すると使えるようになります。`,
    resetTitle: "新しいパスワードの設定",
    reset: (name: string) =>
      `${name}さんのアカウントのパスワードを設定します。設定すると以前のパスワードは使えなくなり、ログイン中のブラウザ、アプリ、デバイスはすべてログアウトされます。`,
    recoverTitle: "管理者アクセスの復旧",
    recover: "このリンクは、このサーバーの所有者のためのものです。自分が使うアカウントを指定してください。",
    recoverWhat: "実行される内容",
    recoverSteps: [
      "アカウントは管理者になり、新しいパスワードが設定されます。その名前のアカウントがない場合は作成されます。",
      "アカウントのパスキー、認証アプリ、リカバリーコードは削除されます。後で設定し直してください。",
      "アカウントにログイン中のブラウザ、アプリ、デバイスは、すべてログアウトされます。",
      "ほかのアカウントは変更されません。",
    ],
    administrators: (names: string) => `現在の管理者は${names}です。新しい名前も指定できます。`,
    username: "ユーザー名",
    usernameHint: "この名前でログインします。",
    password: "新しいパスワード",
    choose: "パスワードを保存",
    takeOver: "アクセスを復旧",
  },

  newPassword: {
    hint: "8文字以上にしてください。複数の単語を並べると、長くて覚えやすくなります。",
    show: "表示",
    hide: "非表示",
    strengths: [
      "単純すぎる：真っ先に試されるパスワードです",
      "弱い：簡単に推測されます",
      "普通：ある程度の推測には耐えられます",
      "強い：推測は困難です",
      "非常に強い：推測は極めて困難です",
    ],
    missing: "パスワードを決めてください。",
    tooShort: "パスワードが短すぎます。8文字以上にしてください。",
    tooLong: "パスワードが長すぎます。",
    refused: "改行など、パスワードに使用できない文字が含まれています。",
    tooEasy:
      "これは他人が真っ先に試すようなパスワードです。別のパスワードにしてください。複数の単語を並べるのがおすすめです。",
  },

  signOut: {
    title: "ログアウトしますか？",
    lead: "このサーバーのセッションが終了します。",
    asked: (client: string) => `${client}からログアウトを求められています。`,
    button: "ログアウト",
    stay: "ログインしたままにする",
    doneTitle: "ログアウトしました",
    done: "このサーバーのセッションは終了しました。共用のパソコンでは、ブラウザも閉じてください。",
  },

  interstitial: {
    title: "このページから移動しますか？",
    heading: (host: string) => `${host}に戻りますか？`,
    lead: "このアプリからのリクエストはサーバーで受け付けられないため、アプリへのログインは行われませんでした。",
    caution: "このアプリから移動してきた覚えがない場合は、このページを閉じてください。",
    continueTo: (host: string) => `${host}に進む`,
  },

  formPost: {
    title: "お待ちください",
    lead: (host: string) => `${host}に戻ります。`,
    stuck: "画面が変わらない場合は、ボタンを押してください。",
  },

  home: {
    title: "スタートページ",
    lead: "このサーバーで動くサービスへの入口です。1つのアカウントに一度ログインするだけで利用できます。",
    welcomeAnyone: "ようこそ",
    welcome: (name: string) => `ようこそ、${name}さん`,
    signIn: "ログイン",
    signInExplained: "このサーバーのアカウントでログイン",
    device: "デバイスを接続",
    deviceExplained: "テレビ、プレーヤー、ターミナルに表示されたコードを入力",
    account: "アカウント",
    accountExplained: "パスワード、セッション、許可したアプリ",
    administration: "管理",
    administrationExplained: "ユーザー、アプリ、セッション、鍵",
    reference: "APIリファレンス",
    referenceExplained: "独自のサービスを連携する方向け",
    signOut: "ログアウト",
    signOutExplained: "このサーバーのセッションを終了",
    setupNeeded:
      "このサーバーはまだセットアップされていません。起動時に出力された1回限りのリンクを開くか、次のコマンドで新しいリンクを出力してください：",
  },

  error: {
    forDevelopers: "開発者向け情報",
    code: "エラー",
    description: "説明",
    requestIdExplained: "問い合わせの際は、このIDをお伝えください。",
  },

  errors: {
    invalidRequest: {
      title: "リクエストを読み取れません",
      explanation:
        "アプリから送信された内容を、このサーバーは解釈できません。問題はアプリ側にあり、操作に誤りはありません。",
    },
    unknownClient: {
      title: "このアプリは登録されていません",
      explanation: "このサーバーに追加されていないか、削除されています。サーバーの管理者にお問い合わせください。",
    },
    redirectMismatch: {
      title: "戻り先が一致しません",
      explanation:
        "アプリが、登録されていないURLを戻り先に指定しています。アカウントを保護するため、ログインを中止しました。",
    },
    forbidden: {
      title: "このページは古くなっています",
      explanation:
        "フォームが現在のセッションのものではないため、何も変更されませんでした。前のページに戻って、もう一度お試しください。",
    },
    notAllowed: {
      title: "このアカウントでは開けないページです",
      explanation:
        "このページを開けるのは、このサーバーの管理者だけです。別のアカウントでログインするか、管理者に依頼してください。",
    },
    expired: {
      title: "このログインは終了しています",
      explanation: "開いてから時間が経ちすぎたか、すでに完了しています。アプリに戻って最初からやり直してください。",
    },
    signOutRefused: {
      title: "このログアウトは実行できません",
      explanation:
        "アプリからのリクエストが現在のセッションと一致しません。まだログインしたままですが、自分でログアウトできます。",
    },
    setupLink: {
      title: "このセットアップリンクは無効です",
      explanation:
        "セットアップリンクは1回限り、1時間有効です。次のリンクが出力されると、その時点で無効になります。新しいリンクは「postern setup-link」で出力できます。",
    },
    accountLink: {
      title: "このリンクは無効です",
      explanation:
        "リンクは1回限り、一定期間だけ有効です。新しいリンクが作成されると、その時点で無効になります。サーバーの管理者に新しいリンクを依頼してください。自分が管理者の場合は、「postern setup-link --recover」でアクセスを復旧するためのリンクを出力できます。",
    },
    notFound: {
      title: "ページが見つかりません",
      explanation: "URLに誤りがあるか、ページが移動した可能性があります。",
    },
    methodNotAllowed: {
      title: "この操作はできません",
      explanation: "このページは、この方法では呼び出せません。前のページに戻って、もう一度お試しください。",
    },
    tooLarge: {
      title: "送信データが大きすぎます",
      explanation: "リクエストのサイズが、このサーバーで受け付けられる上限を超えています。",
    },
    tooManyRequests: {
      title: "試行回数が多すぎます",
      explanation: "アカウントを保護するため、受け付けを一時停止しています。数分待ってから、もう一度お試しください。",
    },
    accountDisabled: {
      title: "このアカウントは無効になっています",
      explanation: "サーバーの管理者にお問い合わせください。",
    },
    busy: {
      title: "現在サインインが混み合っています",
      explanation:
        "サーバーは処理できる限りのパスワードを確認していますが、今回のパスワードは確認されていません。何も変更されていません。数秒待ってからもう一度お試しください。",
    },
    cannotWrite: {
      title: "現在、何も保存できません",
      explanation:
        "サーバーがディスクに書き込めません。ディスクがいっぱいの可能性があります。何も変更されていません。管理者に知らせて、後でもう一度お試しください。",
    },
    unavailable: {
      title: "しばらくお待ちください",
      explanation: "サーバーが一時的に応答できません。少し待ってから、もう一度お試しください。",
    },
    serverError: {
      title: "問題が発生しました",
      explanation: "原因はこのサーバーにあり、内容は記録されました。後でもう一度お試しください。",
    },
  },
};
