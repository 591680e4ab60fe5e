/** No colours and no lines between rows: the figures go into files and mails as they are. */
export const PLAIN = { head: [] as string[], border: [] as string[], compact: true };
