import { AppError } from '../kernel/errors.ts';

const NAMES =
  /^(MongoNetwork|MongoServerSelection|MongoPoolCleared|MongoWaitQueueTimeout|MongoOperationTimeout|MongoNotConnected|MongoTopologyClosed|MongooseError$)/;
const LABELS = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError', 'NetworkError'];

/** Whether a failure says that the database is away, slow or busy with others: nothing about what was asked of it. */
export function isDatabaseAway(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  if (err instanceof AppError) return err.code === 'database_unavailable';
  const labelled = err as Error & { hasErrorLabel?: (label: string) => boolean };
  return NAMES.test(err.name) || LABELS.some((label) => labelled.hasErrorLabel?.(label) === true);
}
