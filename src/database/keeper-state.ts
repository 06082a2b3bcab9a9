import path from 'node:path';

/** What a keeper says to its clients, a line of JSON at each change; read by those who do not load what a keeper needs. */
export type KeeperState = { state: 'starting' } | { state: 'ready'; uri: string } | { state: 'failed'; reason: string };

/** The first line that a keeper says: whose it is, so that a stranger on the port is not taken for it. */
export interface KeeperGreeting {
  keeperOf: string;
}

export const keeperPortFile = (dataDir: string): string => path.join(dataDir, 'keeper.port');
export const keeperLogFile = (dataDir: string): string => path.join(dataDir, 'keeper.log');
