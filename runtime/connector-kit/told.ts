/** A store's failure in words for whoever runs Avow: what happened, where to look when it is the account that may not, and what to do. */
import type { ConnectorFailure } from "./contract.ts";

type Failed = Pick<ConnectorFailure, "error" | "reason">;

/** What a trigger calls may need more than any list of rights can know. */
const IN_FUNCTION = /, in the function `/;

export const whyFailed = ({ error, reason }: Failed): string =>
  error === "denied" && IN_FUNCTION.test(reason)
    ? `${reason}: it is called by a trigger, with the rights of Avow's account; give the account what the function needs, or make it \`security definer\``
    : error === "denied"
      ? `${reason}: is the password right, and has the account the rights that \`avow grants\` prints?`
      : reason;

export const storeFailed = (store: string, failure: Failed): string =>
  `the store \`${store}\` failed (${failure.error}): ${whyFailed(failure)}`;

/** `service`: a store of a service, as it is opened; `look`: whatever `avow discover` was pointed at. */
export type Asking = "service" | "look";

const RUNS = {
  service: "see that it runs and that its address is right",
  look: "see that the database runs (or that its file is there) and the address is right",
};
const LOOK_AT_IT = { ...RUNS, look: "see that the database runs, and what its log says" };

/** By the kind of failure: what to do about it. */
const FIXES: Readonly<Record<ConnectorFailure["error"], Readonly<Record<Asking, string>>>> = {
  unreachable: RUNS,
  denied: {
    service: "see that its password is right, and that the account has the rights that `avow grants` prints",
    look: "see that the name and the password are right, and give the account the right to read",
  },
  throttled: {
    service: "try again when it has less to do",
    look: "try again when the store has less to do; where a statement took too long, give it more time with --seconds",
  },
  malformed: {
    service: "correct its address in `avow.yaml`, or the variable that holds it",
    look: "correct the address: as it is written here, in `avow.yaml`, or in the variable that holds it",
  },
  blocked: LOOK_AT_IT,
  partial: LOOK_AT_IT,
  not_supported: LOOK_AT_IT,
};

export const fixOf = (error: ConnectorFailure["error"], asking: Asking): string => FIXES[error][asking];
