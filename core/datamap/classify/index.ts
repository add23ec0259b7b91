/** All detectors, by the word that policies use. */
import { apiKey } from "./api-key.ts";
import { cardNumber } from "./card-number.ts";
import { coordinates } from "./coordinates.ts";
import type { Detector } from "./detector.ts";
import { email } from "./email.ts";
import { geo } from "./geo.ts";
import { iban } from "./iban.ts";
import { ipAddress } from "./ip-address.ts";
import { phone } from "./phone.ts";

export const DETECTORS: ReadonlyMap<string, Detector> = new Map(
  [apiKey, cardNumber, coordinates, email, geo, iban, ipAddress, phone].map((d) => [d.name, d]),
);
