/** `person`: rows are people. `owned`: rows belong to people. `other`: neither, as far as links tell. */
export type About = "person" | "owned" | "other";
