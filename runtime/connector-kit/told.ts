/** A store's failure in words for whoever runs Avow: what happened, and where to look when it is the account that may not. */
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
