const DUPLICATE_KEY = 11_000; // https://www.mongodb.com/docs/manual/reference/error-codes/

/** Whether the database refused a write because its unique key is there already: for who comes second, an answer and no failure. */
export const isDuplicateKey = (err: unknown): boolean => (err as { code?: unknown } | null)?.code === DUPLICATE_KEY;
