export interface ProbeQuery {
  /** Also how far a copy is behind, which may take seconds to tell. */
  readonly behind?: true;
}

/** What a connector says of the server that it reaches. */
export interface ProbeReport {
  readonly reachable: true;
  readonly version: string;
  readonly encryptedInTransit: boolean;
  readonly readOnly: boolean;
  /** The server is a copy of another one: it may lag behind, and what it lacks proves nothing. Left out: it is none. */
  readonly copy?: true;
  /**
   * Of a copy: what changed at its original longer ago than this many milliseconds it shows; null: that can not be told. Left out: it is no copy,
   * or the system was not asked.
   */
  readonly behindMs?: number | null;
  /**
   * Which running server answers. Where two connections get two answers, what the one shows need not be what the other has: a replica that was
   * promoted says `copy` no more. Left out: the system can not tell.
   */
  readonly server?: string;
  /** What its clock showed when it answered, in ISO 8601 with a zone. Left out: it has no clock of its own. */
  readonly clock?: string;
}
