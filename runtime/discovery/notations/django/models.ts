/** The models of a project as its migrations have them, by app and name. */
import type { Call, Value } from "../../source/values.ts";

export interface ModelField {
  readonly name: string;
  /** `CharField(max_length=80)`. */
  readonly call: Call;
  /** `app.model` where it leads; null: to nothing, or to what only the settings say (`to` is `settings`). */
  readonly to: string | null;
}

export interface Model {
  readonly app: string;
  name: string;
  table: string;
  /** The table is called after the model. */
  ownName: boolean;
  readonly fields: Map<string, ModelField>;
  uniques: (readonly string[])[];
}

/** Whom `settings.AUTH_USER_MODEL` means, before it is known. */
export const SETTINGS_USER = "settings.user";

const keyOf = (app: string, name: string): string => `${app}.${name}`.toLowerCase();

/** What the table of a model is called that does not say it. */
export const tableOf = (app: string, name: string): string => `${app}_${name.toLowerCase()}`;

export class Models {
  readonly #models = new Map<string, Model>();

  all(): readonly Model[] {
    return [...this.#models.values()];
  }

  get(app: string, name: string): Model | undefined {
    return this.#models.get(keyOf(app, name));
  }

  at(key: string): Model | undefined {
    return this.#models.get(key);
  }

  add(app: string, name: string, table: string | null): Model {
    const model: Model = {
      app,
      name,
      table: table ?? tableOf(app, name),
      ownName: table === null,
      fields: new Map(),
      uniques: [],
    };
    this.#models.set(keyOf(app, name), model);
    return model;
  }

  remove(app: string, name: string): void {
    this.#models.delete(keyOf(app, name));
  }

  rename(app: string, from: string, to: string): boolean {
    const model = this.get(app, from);
    if (model === undefined) return false;
    this.#models.delete(keyOf(app, from));
    model.name = to;
    if (model.ownName) model.table = tableOf(app, to);
    this.#models.set(keyOf(app, to), model);
    for (const other of this.#models.values())
      for (const [name, field] of other.fields)
        if (field.to === keyOf(app, from)) other.fields.set(name, { ...field, to: keyOf(app, to) });
    return true;
  }

  /** The people of the project: what its settings call the user, as far as its fields show; else Django's own. */
  user(): string {
    const own = this.all().find((m) => m.fields.has("password") && m.fields.has("last_login"));
    return own === undefined ? "auth.user" : keyOf(own.app, own.name);
  }
}

/** `'shop.Order'`, `'Order'` of the same app, `'self'`, `settings.AUTH_USER_MODEL`. */
export function targetIn(
  value: Value | undefined,
  { app, name }: { readonly app: string; readonly name: string },
): string | null {
  if (value?.is === "word") return /AUTH_USER_MODEL$/.test(value.word) ? SETTINGS_USER : null;
  if (value?.is !== "text") return null;
  if (value.text === "self") return keyOf(app, name);
  return value.text.includes(".") ? value.text.toLowerCase() : keyOf(app, value.text);
}
