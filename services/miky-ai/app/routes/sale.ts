import { z } from "zod";
import { read } from "../form.ts";
import { noteSale } from "../sale.ts";
import { type Routes, show, signedIn } from "./route.ts";
import { settingsPage, shown } from "./settings.ts";

const saleForm = z.object({ refuse: z.enum(["yes", "no"], "say whether you refuse it") });

export const saleRoutes: Routes = (app, deps) => {
  app.post(
    "/settings/sale",
    signedIn(async (viewer, request, reply) => {
      const form = read(saleForm, request.body);
      if (!form.ok)
        return show(deps, request, reply.code(400), shown, await settingsPage(deps, viewer, form.problems));
      await noteSale(deps, viewer.id, { given: form.value.refuse === "no", how: "settings" });
      return reply.redirect("/settings", 303);
    }),
  );
};
