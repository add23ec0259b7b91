import { expect, test } from "vitest";
import { found, linksOf } from "./names-alone.fixture.ts";

/** Made up after forums whose keys are called after a letter of their collection. */
const FORUM = `members: uid*, username text, password text, email text
  groups: gid*, title text
  boards: bid*, title text, lastposteruid
  topics: tid*, bid, uid, prefix, edituid, label text
  themes: tid*, label text
  tasks: tid*, label text
  replies: rid*, tid, bid, uid, replyto, body text, author_uid, approvedby
  ratings: rid*, tid, uid, stars
  tasklogs: lid*, tid, note text
  settings: uid*, skin text
  drafts: id*, touid, lasttid, fluid, valid, paid, grid`;

test.each<readonly [what: string, collection: string, links: readonly string[]]>([
  [
    "after a letter, and of several the one that has most to do with others",
    "ratings",
    ["tid > topics", "uid > members owner"],
  ],
  ["what the collection is called after goes first", "tasklogs", ["tid > tasks"]],
  ["a row of somebody's that has the same key", "settings", ["uid > members owner"]],
  ["which of several stands before it", "drafts", ["touid > members owner", "lasttid > topics"]],
  [
    "what its own key is called leads nowhere",
    "topics",
    ["bid > boards", "uid > members owner", "edituid > members mention"],
  ],
  [
    "who did it, and what it answers, with nothing between",
    "replies",
    [
      "tid > topics",
      "bid > boards",
      "uid > members owner",
      "replyto > replies",
      "author_uid > members co_owner",
      "approvedby > members mention",
    ],
  ],
])("%s: %s", (_, collection, links) => {
  expect(linksOf(found(FORUM), collection)).toEqual(links);
});

test("a key that every collection has is how all keys are called", () => {
  const all = found(
    ["pages", "news", "files", "users", "groups", "logs", "tags", "menus", "blocks"]
      .map((name) => `${name}: uid*, title text, note text`)
      .join("\n")
      .concat("\nviews: id*, uid, title text"),
  );
  expect(linksOf(all, "views")).toEqual([]);
});

test("who did what a collection is called after, though the word means something else elsewhere", () => {
  const all = found(`users: id*, email text, password text
    bans: id*, user_id, banner_id, reason text
    pages: id*, banner_id, title text`);
  expect(linksOf(all, "bans")).toEqual(["user_id > users owner", "banner_id > users mention"]);
  expect(linksOf(all, "pages")).toEqual([]);
});
