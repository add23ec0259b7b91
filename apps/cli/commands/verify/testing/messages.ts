/** A service that promises one thing, which its rows keep or break: no message older than a year. */

export interface Messages {
  readonly policy: string;
  readonly map: string;
}

/** `fields`: of `messages`, as the map has them, beside the id, the owner and the date. */
export const messagesOfAYear = (name: string, fields = ""): Messages => ({
  policy: `---
service: ${name}
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Messages Ltd, country: DE, contact: { rights: privacy@${name}.example } }
jurisdictions: [EU]
classes:
  message: [user.content, user.unique_id]
---
# Privacy

We keep messages for a year.

\`\`\`commit
- id: a-year
  retain: message
  for: P1Y
  from: creation
  then: erase
\`\`\`
`,
  map: `store: app
connector: postgres
collections:
  messages:
    class: message
    person: { member: owner }
    fields: { id: system, owner: user.unique_id, ${fields}created_at: system }
    anchors: { creation: created_at }
    erase: delete
`,
});
