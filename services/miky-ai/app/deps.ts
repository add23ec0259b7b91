import type { Version } from "./announce.ts";
import type { Database } from "./database.ts";
import type { PaymentPort, Provider, RightsPort } from "./ports.ts";

/** What every route is given. */
export interface Deps {
  readonly db: Database;
  readonly provider: Provider;
  readonly payments: PaymentPort;
  /** Null: nothing carries out rights yet, and the settings page says so. */
  readonly rights: RightsPort | null;
  readonly now: () => Date;
  /** Seals links; a new one at each start makes old links stop working. */
  readonly secret: string;
  readonly policyUrl: string;
  /** Where people reach the service, for links in mails. */
  readonly site: string;
  /** The version of the policy that every page tells of as long as it is not in force. */
  readonly version: Version | null;
  /** One line, nothing personal. */
  readonly log: (line: string) => void;
}
