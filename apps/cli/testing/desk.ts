/** What a process that is killed while it carries out a request is made of: one module, so that it starts as fast as a command. */
export { archiveHead } from "@avow/runtime/requests/archive/head";
export { workOn } from "@avow/runtime/requests/desk/desk";
export { openDesk } from "@avow/runtime/service/desk";
export { CONNECTORS } from "../connectors.ts";
