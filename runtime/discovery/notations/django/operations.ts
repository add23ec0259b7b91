/** Operations of a migration, carried out on the models. */
import { type Call, isWord, textIn, textsIn, type Value } from "../../source/values.ts";
import { type Model, type ModelField, type Models, tableOf, targetIn } from "./models.ts";

/** True: understood. False: not. A text: what of it was not. */
export type Operation = (models: Models, call: Call, app: string) => boolean | string;

/** Change no name, type or key that we look at, or rows only. */
export const PASSED_BY =
  /^(?:RunPython|AlterModelOptions|AlterModelManagers|AlterOrderWithRespectTo|AlterModelTableComment|AlterIndexTogether|AddIndex|RemoveIndex|RenameIndex|AddIndexConcurrently|RemoveIndexConcurrently|RemoveConstraint|AlterConstraint|ValidateConstraint|CreateCollation|RemoveCollation|CreateExtension|\w*Extension)$/;

const said = ({ args, options }: Call, name: string, at: number): Value | undefined =>
  options.get(name) ?? args[at];

function fieldIn(name: string, value: Value | undefined, model: Model): ModelField | null {
  const call = value?.is === "chain" ? value.calls[0] : undefined;
  if (call === undefined) return null;
  const leads = /(?:ForeignKey|OneToOneField|ManyToManyField|ParentalKey)$/.test(call.name);
  const to = leads ? targetIn(said(call, "to", 0), model) : null;
  return leads && to === null ? null : { name, call, to };
}

const createModel: Operation = (models, call, app) => {
  const name = textIn(said(call, "name", 0));
  const fields = said(call, "fields", 1);
  const options = said(call, "options", 2);
  if (name === null || fields?.is !== "list") return false;
  const entries = options?.is === "map" ? options.entries : new Map<string, Value>();
  if (isWord(entries.get("proxy"), "true")) return true;
  const model = models.add(app, name, textIn(entries.get("db_table")));
  const lost: string[] = [];
  for (const item of fields.items) {
    const [first, second] = item.is === "list" ? item.items : [];
    const field = fieldIn(textIn(first) ?? "", second, model);
    if (field === null) lost.push(textIn(first) ?? "a field that has no name");
    else model.fields.set(field.name, field);
  }
  model.uniques.push(...togetherIn(entries.get("unique_together")));
  const constraints = entries.get("constraints");
  for (const c of constraints?.is === "list" ? constraints.items : []) addConstraint(model, c);
  return lost.length === 0 || lost.join(", ");
};

function togetherIn(value: Value | undefined): readonly (readonly string[])[] {
  const one = textsIn(value);
  if (one !== null && one.length > 1) return [one];
  // `{('a', 'b')}`, `set()`.
  const sets = value?.is === "list" ? value.items : [];
  return sets.flatMap((s) => {
    const names = textsIn(s);
    return names === null ? [] : [names];
  });
}

/** One that holds under a condition proves nothing of the other rows. */
function addConstraint(model: Model, value: Value | undefined): void {
  const call = value?.is === "chain" ? value.calls[0] : undefined;
  const fields = textsIn(call?.options.get("fields"));
  if (call?.name === "UniqueConstraint" && fields !== null && !call.options.has("condition"))
    model.uniques.push(fields);
}

const onModel =
  (does: (model: Model, call: Call) => boolean): Operation =>
  (models, call, app) => {
    const name = textIn(said(call, "model_name", 0)) ?? textIn(call.options.get("name"));
    const model = name === null ? undefined : models.get(app, name);
    return model !== undefined && does(model, call);
  };

const setField = onModel((model, call) => {
  const name = textIn(said(call, "name", 1));
  const field = name === null ? null : fieldIn(name, said(call, "field", 2), model);
  if (field !== null) model.fields.set(field.name, field);
  return field !== null;
});

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateModel: createModel,
  DeleteModel: (models, call, app) => {
    const name = textIn(said(call, "name", 0));
    if (name !== null) models.remove(app, name);
    return name !== null;
  },
  RenameModel: (models, call, app) => {
    const [from, to] = [textIn(said(call, "old_name", 0)), textIn(said(call, "new_name", 1))];
    return from !== null && to !== null && models.rename(app, from, to);
  },
  AlterModelTable: onModel((model, call) => {
    const table = said(call, "table", 1);
    if (table?.is !== "text" && !isWord(table, "none")) return false;
    model.ownName = table?.is !== "text";
    model.table = table?.is === "text" ? table.text : tableOf(model.app, model.name);
    return true;
  }),
  AddField: setField,
  AlterField: setField,
  RemoveField: onModel((model, call) => {
    const name = textIn(said(call, "name", 1));
    return name !== null && model.fields.delete(name);
  }),
  RenameField: onModel((model, call) => {
    const [from, to] = [textIn(said(call, "old_name", 1)), textIn(said(call, "new_name", 2))];
    const field = from === null ? undefined : model.fields.get(from);
    if (field === undefined || from === null || to === null) return false;
    const others = [...model.fields.values()].map((f) => (f.name === from ? { ...f, name: to } : f));
    model.fields.clear();
    for (const f of others) model.fields.set(f.name, f);
    model.uniques = model.uniques.map((u) => u.map((n) => (n === from ? to : n)));
    return true;
  }),
  AlterUniqueTogether: onModel((model, call) => {
    model.uniques = [...togetherIn(said(call, "unique_together", 1))];
    return true;
  }),
  AddConstraint: onModel((model, call) => {
    addConstraint(model, said(call, "constraint", 1));
    return true;
  }),
};
