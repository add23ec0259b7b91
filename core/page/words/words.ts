/** What Avow itself says on a published page. One file per language; a page in another one says it in English, marked as such. */
export interface Words {
  /** Of these words. */
  readonly locale: string;
  readonly skip: string;
  readonly languages: string;
  readonly contents: string;
  readonly version: string;
  readonly effective: string;
  readonly unknownDate: string;
  readonly rightsNote: string;
  readonly draft: string;
  /** Written across every page of a draft. */
  readonly draftMark: string;
  readonly frozen: (version: string) => string;
  readonly toCurrent: string;
  readonly toAll: string;
  readonly changesSince: (version: string) => string;
  readonly earlier: string;
  readonly noEarlier: string;
  readonly machineReadable: string;
  readonly schema: string;
  readonly fingerprint: string;
  readonly twin: string;
  readonly twinOf: (statements: number) => string;
  readonly noTwin: string;
  readonly notConfirmed: string;
  readonly linkHere: string;
  readonly apart: string;
  readonly apartNote: string;
  readonly origins: {
    readonly policy: string;
    readonly ours: string;
    readonly law: (article: string) => string;
  };
  readonly checked: (when: string) => string;
  readonly notChecked: string;
  /** By the verdict's name. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly versions: string;
  readonly versionsOf: (title: string) => string;
  readonly published: string;
  readonly inForce: string;
  readonly changes: string;
  readonly redline: (from: string, to: string) => string;
  readonly inserted: string;
  readonly deleted: string;
  readonly end: string;
  readonly counts: (changed: number, added: number, removed: number) => string;
  readonly nothingChanged: string;
  readonly unchangedSections: (count: number) => string;
  readonly sourceChanged: string;
  readonly promised: string;
  readonly top: string;
  readonly listSeparator: string;
}
