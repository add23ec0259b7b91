/** What looks like a word for a person, and is of goods, files and machines. */
import { row, type Term } from "./term.ts";

export const THINGS: readonly Term[] = [
  row(
    "system",
    "person",
    "tn",
    "product name|product title|store name|shop name|item name|item title|category name|group name|role name|tag name|table name|column name|field name|class name|module name|plugin name|template name|event name|server name|host name|hostname|domain name|database name|schema name|queue name|bucket name|job name|task name|file type|mime type|content type|store url|shop url|meta title|meta description|meta keyword|meta keywords|sku|ean|upc|isbn|barcode|model|slug|currency|currency code|meta key|checksum|etag|locale code|language code|country iso|template|layout|font|theme|role|user role|sort order|unit price|total price|discount|shipping cost",
  ),
  row(
    "system",
    "weak",
    "tn",
    "public key|key type|key id|client id|redirect uri|redirect url|callback url|token endpoint|token type|token url|algorithm|scope|scopes",
  ),
];
