import { dataIn, listIn } from "../keys.ts";
import type { Says } from "../kind.ts";
import type { ProtectSpec } from "./schema.ts";

type Way = Exclude<ProtectSpec["by"], "absence">;
const BY: Readonly<Record<"en" | "zh", Readonly<Record<Way, string>>>> = {
  en: {
    encryption: "is encrypted where it is stored",
    sealing: "is sealed as it comes in, and opened by nobody but the gateway that uses it",
    transport: "is encrypted on its way",
    roles: "is open only to the roles that need it",
    need_to_know: "is looked at only for a recorded reason",
    masking: "is masked for whoever does not need it",
    warning: "is shielded by a warning where people type",
    monitoring: "is watched over by monitoring",
    response: "is taken care of when a leak is reported",
  },
  zh: {
    encryption: "在存储时加密",
    sealing: "一经收到即密封，仅由使用它的网关打开",
    transport: "在传输时加密",
    roles: "仅向需要的角色开放",
    need_to_know: "仅凭记录在案的理由查看",
    masking: "对无需知悉者脱敏显示",
    warning: "在输入处以警示保护",
    monitoring: "受监控保护",
    response: "在收到泄露报告后得到处置",
  },
};
const DOES = {
  en: {
    revoke_sessions: "sessions are ended",
    renew_credentials: "credentials are renewed",
    open_incident: "an incident is opened",
    tell_person: "the person is told",
  },
  zh: {
    revoke_sessions: "终止会话",
    renew_credentials: "更换凭证",
    open_incident: "启动事件处理",
    tell_person: "告知本人",
  },
};

export const says: Says<ProtectSpec> = {
  en: (spec, t) => {
    if (spec.by === "absence") {
      const where = spec.protect.includes("all") ? "anywhere" : `in ${dataIn(t, spec.protect)}`;
      return `no ${listIn("en", (spec.values ?? []).map(t.label), "or")} is found ${where}`;
    }
    const standard = spec.standard === undefined ? "" : ` (${spec.standard})`;
    const does =
      spec.does === undefined
        ? ""
        : `: ${listIn(
            "en",
            spec.does.map((d) => DOES.en[d]),
          )}`;
    return `${dataIn(t, spec.protect)} ${BY.en[spec.by]}${standard}${does}`;
  },
  zh: (spec, t) => {
    if (spec.by === "absence") {
      const where = spec.protect.includes("all") ? "任何地方" : dataIn(t, spec.protect);
      return `${where}均不存有${listIn("zh", (spec.values ?? []).map(t.label), "or")}`;
    }
    const standard = spec.standard === undefined ? "" : `（${spec.standard}）`;
    const does =
      spec.does === undefined
        ? ""
        : `：${listIn(
            "zh",
            spec.does.map((d) => DOES.zh[d]),
          )}`;
    return `${dataIn(t, spec.protect)}${BY.zh[spec.by]}${standard}${does}`;
  },
};
