/** How TypeORM calls what nobody named: in camel case, or with `_` where the project has the strategy for that. */

export interface Naming {
  table(className: string): string;
  column(property: string, prefix: string): string;
  joined(prefix: string, property: string): string;
  join(relation: string, target: string): string;
  between(table: string, property: string, other: string): string;
  side(table: string, column: string): string;
}

export const snake = (name: string): string =>
  name
    .replaceAll(/([A-Z])([A-Z])([a-z])/g, "$1_$2$3")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
const camel = (name: string): string =>
  name
    .replaceAll(/[\s_-]+(.)/g, (_, next: string) => next.toUpperCase())
    .replace(/^[A-Z]/, (c) => c.toLowerCase());
const capital = (name: string): string => name.replace(/^./, (c) => c.toUpperCase());
const bare = (table: string): string => table.split(".").at(-1) ?? table;

export const CAMEL: Naming = {
  table: snake,
  column: (property, prefix) => (prefix === "" ? property : `${camel(prefix)}${capital(property)}`),
  joined: (prefix, property) =>
    prefix === "" ? property : property === "" ? prefix : `${prefix}_${property}`,
  join: (relation, target) => camel(`${relation}_${target}`),
  between: (table, property, other) => snake(`${bare(table)}_${property}_${bare(other)}`),
  side: (table, column) => camel(`${bare(table)}_${column}`),
};

export const SNAKE: Naming = {
  ...CAMEL,
  column: (property, prefix) => snake(prefix === "" ? property : `${prefix}_${property}`),
  join: (relation, target) => snake(`${relation}_${target}`),
  side: (table, column) => snake(`${bare(table)}_${column}`),
};
