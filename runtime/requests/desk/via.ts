/** Opened and carried out by a person at the command line. */
export const VIA_CLI = "cli";
