import type { Says } from "../kind.ts";
import type { ContactSpec } from "./schema.ts";

const WHO = {
  en: {
    rights: "the address for rights requests",
    officer: "the data protection officer",
    support: "support",
    general: "the company",
    representative: "the representative",
  },
  zh: {
    rights: "行使权利的联系方式",
    officer: "数据保护负责人",
    support: "客服",
    general: "公司",
    representative: "代表",
  },
};
const BY = {
  en: { email: "e-mail", post: "post", phone: "phone", form: "a form", app: "the app" },
  zh: { email: "电子邮件", post: "邮寄", phone: "电话", form: "表单", app: "应用内" },
};
const OPENS = {
  en: { request: "a rights request", incident: "an incident check", ticket: "a ticket" },
  zh: { request: "权利请求", incident: "事件调查", ticket: "工单" },
};

export const says: Says<ContactSpec> = {
  en: (spec) => {
    const opens = spec.opens === undefined ? "" : `; a message there opens ${OPENS.en[spec.opens]}`;
    return spec.address === "unknown"
      ? `where ${WHO.en[spec.contact]} can be reached is not said yet`
      : `${WHO.en[spec.contact]} can be reached by ${BY.en[spec.by]} at ${spec.address}${opens}`;
  },
  zh: (spec) => {
    const opens = spec.opens === undefined ? "" : `；来信即开启${OPENS.zh[spec.opens]}`;
    return spec.address === "unknown"
      ? `${WHO.zh[spec.contact]}尚未填写`
      : `${WHO.zh[spec.contact]}可通过${BY.zh[spec.by]}联系：${spec.address}${opens}`;
  },
};
