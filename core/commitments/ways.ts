/** How people reach a choice: what the kinds' `ways`, `withdraw` and `control` hold, in words. */
export const WAYS = {
  en: {
    settings: "the settings",
    email: "e-mail",
    unsubscribe: "the unsubscribe link",
    form: "a form",
    support: "customer service",
    app: "the app",
    browser: "the browser",
    banner: "the banner",
    device: "removing the device",
    account: "closing the account",
    mail: "mail",
  },
  zh: {
    settings: "设置",
    email: "电子邮件",
    unsubscribe: "退订链接",
    form: "表单",
    support: "客服",
    app: "应用",
    browser: "浏览器",
    banner: "横幅",
    device: "移除设备",
    account: "注销账户",
    mail: "邮寄",
  },
};
