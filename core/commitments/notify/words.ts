/** What the kind's own words are called. */
export const WHO = {
  en: {
    people: "people are",
    affected: "the people affected are",
    authority: "the authority is",
    guardians: "guardians are",
    the_person: "the person is",
  },
  zh: {
    people: "用户",
    affected: "受影响的人",
    authority: "主管机关",
    guardians: "监护人",
    the_person: "本人",
  },
};
export const ON = {
  en: {
    policy_change: "a change of the policy",
    material_change: "a change that matters",
    lowered_right: "a right that is lowered",
    breach: "a breach",
    compromise: "a compromised account",
    collection: "a collection of data, where it happens",
    delay: "a delay and its reason",
    refusal: "a refusal and its reason",
    business_transfer: "a change of hands",
    disclosure: "a disclosure of their data",
    publication: "the policy in force",
  },
  zh: {
    policy_change: "政策变更",
    material_change: "重大变更",
    lowered_right: "权利缩减",
    breach: "数据泄露",
    compromise: "账户被盗",
    collection: "收集数据之时的情况",
    delay: "延期及其原因",
    refusal: "拒绝及其原因",
    business_transfer: "业务转让",
    disclosure: "披露其数据",
    publication: "现行政策",
  },
};
export const BY = {
  en: {
    email: "e-mail",
    platform: "a notice on the platform",
    page: "the policy's page",
    post: "post",
    form: "the form itself",
    app: "the app",
  },
  zh: { email: "电子邮件", platform: "平台公告", page: "政策页面", post: "邮寄", form: "表单", app: "应用" },
};
export const NEEDS = {
  en: { nothing: "", acceptance: "acceptance", consent: "express consent" },
  zh: { nothing: "", acceptance: "接受", consent: "明示同意" },
};
export const SHOWS = {
  en: {
    old_versions: "every old version",
    effective_date: "the effective date",
    changes: "what changed",
    rights_marked: "the clauses on rights in bold and underlined",
    languages: "what one language lacks",
  },
  zh: {
    old_versions: "所有旧版本",
    effective_date: "生效日期",
    changes: "变更内容",
    rights_marked: "以粗体和下划线标示的权利条款",
    languages: "各语言版本的差异",
  },
};
