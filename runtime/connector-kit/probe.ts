/** What a connector says of the server that it reaches. */
export interface ProbeReport {
  readonly reachable: true;
  readonly version: string;
  readonly encryptedInTransit: boolean;
  readonly readOnly: boolean;
  /** The server is a copy of another one: it may lag behind, and what it lacks proves nothing. Left out: it is none. */
  readonly copy?: true;
  /**
   * Which running server answers. Where two connections get two answers, what the one shows need not be what the other has: a replica that was
   * promoted says `copy` no more. Left out: the system can not tell.
   */
  readonly server?: string;
}
