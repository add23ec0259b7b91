/** `sqlite:/var/app/data.db?attach.billing=/var/app/billing.db`: a file, and further ones under a name each. */
import { dirname, resolve } from "node:path";
import { malformed } from "@avow/runtime/connector-kit/refused";

export interface Place {
  readonly file: string;
  readonly attached: readonly { readonly name: string; readonly file: string }[];
}

/** Names beyond the first `?` are options; a path holds none, or `%3F`. A relative path of an attached file starts where the file lies. */
export function placeOf(url: string): Place {
  const found = /^sqlite:(?:\/\/)?([^?#]+)(?:\?(.*))?$/.exec(url);
  const path = found?.[1];
  if (path === undefined || !isDecodable(path))
    throw malformed("the store's url can't be read: write `sqlite:` and the file's path");
  const file = resolve(decodeURIComponent(path));
  const attached = [...new URLSearchParams(found?.[2] ?? "")].map(([key, value]) => {
    const name = /^attach\.([A-Za-z_]\w*)$/.exec(key)?.[1];
    if (name === undefined || /^(main|temp)$/i.test(name))
      throw malformed(`the store's url has the unknown option \`${key}\`: known is \`attach.NAME\``);
    return { name, file: resolve(dirname(file), value) };
  });
  return { file, attached };
}

const isDecodable = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};
