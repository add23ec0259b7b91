import type { Board, ServerParts } from "../../parts.ts";

/** `GET /api/v1/board`: the latest verdicts. Holds no personal data. */
export const readBoard = (parts: ServerParts): Board => parts.board();
