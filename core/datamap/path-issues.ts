/** Where a place inside of a column can not stand, and what can not be done there (spec/data-map.md, "Inside a column"). */
import { errorAt, type Issue, type IssueText } from "../terms/issue.ts";
import type { Collection, Mask } from "./model.ts";
import type { LocatedYaml } from "./yaml.ts";

type At = readonly PropertyKey[];

/** `short`: the first link is written as `owner:`. */
export function pathIssues(c: Collection, yaml: LocatedYaml, short: boolean): Issue[] {
  const at = (rest: At, text: IssueText): Issue =>
    errorAt(yaml.spanOf(["collections", c.name, ...rest]), text);
  return [...misplaced(c, at), ...linkIssues(c, at, short), ...maskIssues(c, at)];
}

const pathOf = (c: Collection, field: string) => c.fields.find((f) => f.name === field)?.path;

type Complain = (rest: At, text: IssueText) => Issue;

/** The store tells rows apart, orders them and counts them by whole columns only. */
function misplaced(c: Collection, at: Complain): Issue[] {
  const named: (readonly [At, string])[] = [
    ...(c.key ?? []).map((f, i) => [["key", i], f] as const),
    ...Object.entries(c.anchors).map(([anchor, f]) => [["anchors", anchor], f] as const),
    ...(c.source === null ? [] : [[["source"], c.source] as const]),
  ];
  return named.flatMap(([where, f]) => {
    const path = pathOf(c, f);
    if (path === undefined) return [];
    return [
      at(where, {
        code: "path-not-here",
        message: `\`${c.name}\`: \`${String(where[0])}\` takes a field of the store, and \`${f}\` is a place inside of \`${path.column}\``,
        fix: "make a field of it in the store (a generated one will do), and name that",
      }),
    ];
  });
}

const lists = (c: Collection, fields: readonly string[]): readonly string[] =>
  fields.filter((f) => (pathOf(c, f)?.each ?? null) !== null);

function linkIssues(c: Collection, at: Complain, short: boolean): Issue[] {
  return c.links.flatMap((link, i): Issue[] => {
    const where = short && i === 0 ? ["owner"] : ["links", short ? i - 1 : i];
    const [first, second] = lists(c, link.from);
    const [discriminator] = lists(c, Object.keys(link.when ?? {}));
    const issues: Issue[] = [];
    if (first !== undefined && second !== undefined)
      issues.push(
        at(where, {
          code: "two-lists",
          message: `\`${c.name}\`: a link runs over one list, and this one over \`${first}\` and \`${second}\``,
          fix: "give the pairs a collection of their own",
        }),
      );
    if (discriminator !== undefined)
      issues.push(
        at(where, {
          code: "path-not-here",
          message: `\`${c.name}\`: \`when\` looks at one value, and \`${discriminator}\` runs over a list`,
          fix: "name a place that has one value",
        }),
      );
    return issues;
  });
}

function maskIssues(c: Collection, at: Complain): Issue[] {
  const masks: (readonly [At, Mask])[] = [
    [["on_leave"], c.onLeave],
    ...(c.erase.rule === "mask" || c.erase.rule === "keep"
      ? [[["erase", "mask"], c.erase.mask] as const]
      : []),
  ];
  return masks.flatMap(([where, mask]) => {
    const changed = Object.entries(mask).filter(([, act]) => act !== "keep");
    return changed.flatMap(([f, act]): Issue[] => {
      const path = pathOf(c, f);
      const wrong = (text: IssueText): Issue[] => [at([...where, f], text)];
      const cut = c.links.flatMap((l) => l.from).find((from) => pathOf(c, from)?.column === f);
      if (where[0] === "on_leave" && cut !== undefined)
        return wrong({
          code: "masked-twice",
          message: `\`${c.name}\`: \`${f}\` is changed as a whole when an owner leaves, and the link \`${cut}\` is cut in it`,
          fix: `name the places in \`${f}\` that have to go`,
        });
      if (path === undefined)
        return act !== "remove"
          ? []
          : wrong({
              code: "bad-act",
              message: `\`${c.name}\`: \`remove\` takes something out of a document or a list, and \`${f}\` is a field`,
              fix: `write \`${f}: null\` or \`${f}: tombstone\``,
            });
      if (act === "now")
        return wrong({
          code: "bad-act",
          message: `\`${c.name}\`: \`now\` stamps a field of the store, and \`${f}\` is a place inside of \`${path.column}\``,
          fix: "stamp a field of its own",
        });
      return Object.hasOwn(mask, path.column) && mask[path.column] !== "keep"
        ? wrong({
            code: "masked-twice",
            message: `\`${c.name}\`: \`${path.column}\` is changed as a whole, and \`${f}\` in it once more`,
            fix: "keep one of the two",
          })
        : [];
    });
  });
}
