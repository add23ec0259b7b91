/** Where people can complain about us: whoever says where they are is told the authority there. Nobody has to sign in for that. */
import { z } from "zod";
import type { Deps } from "../deps.ts";
import { type Html, html } from "../html.ts";
import { type Routes, show } from "./route.ts";

const placeSchema = z.object({ place: z.string() });
const authoritySchema = z.object({ name: z.string(), site: z.string().nullable() });
const queryForm = z.object({ place: z.string().max(10).optional() });

/** In English, as the browser's own tables have it; a state of a country by its own name. */
const COUNTRY = new Intl.DisplayNames("en", { type: "region" });
const STATES: Readonly<Record<string, string>> = { "US-CA": "California" };
const called = (place: string): string => STATES[place] ?? COUNTRY.of(place) ?? place;

async function complaintsPage(deps: Deps, place: string | undefined): Promise<Html> {
  const places = await deps.db.all(placeSchema, "select place from authorities order by place", []);
  const found =
    place === undefined
      ? null
      : await deps.db.one(authoritySchema, "select name, site from authorities where place = $1", [place]);
  const options = places
    .toSorted((a, b) => called(a.place).localeCompare(called(b.place)))
    .map(
      (p) =>
        html`<option value="${p.place}"${p.place === place ? html` selected` : null}>${called(p.place)}</option>`,
    );
  const answer =
    place === undefined
      ? null
      : found === null
        ? html`<p role="status">We know no authority for that place. <a href="/contact">Write to us</a>, and we look for it.</p>`
        : html`<p role="status">In ${called(place)} you can complain to: <strong>${found.name}</strong>${found.site === null ? null : html`, <a href="${found.site}" rel="noreferrer">${found.site}</a>`}. You need not ask us first.</p>`;
  return html`<section class="narrow"><h1>Complaints</h1><p>If you think that we do wrong by your data, an authority looks into it.</p>
  <form method="get" action="/complaints" class="row"><label>Where you are <select name="place">${options}</select></label><button>To whom</button></form>${answer}</section>`;
}

export const complaintRoutes: Routes = (app, deps) => {
  app.get("/complaints", async (request, reply) => {
    const { place } = queryForm.safeParse(request.query).data ?? {};
    return show(deps, request, reply, { title: "Complaints" }, await complaintsPage(deps, place));
  });
};
