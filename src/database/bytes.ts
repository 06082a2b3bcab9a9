import { mongo } from 'mongoose';

/** Bytes of a row as it was read: the driver gives a wrapper around them. */
export const asBuffer = (bytes: Buffer | mongo.Binary): Buffer =>
  bytes instanceof mongo.Binary ? Buffer.from(bytes.buffer) : bytes;
