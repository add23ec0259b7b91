/** What a cookie is for; a consent `to: store` names these too. */
export const COOKIE_USES = [
  "necessary",
  "preferences",
  "functional",
  "analytics",
  "security",
  "advertising",
] as const;
