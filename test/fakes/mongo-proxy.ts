import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to the bytes between a client and MongoDB. */
export interface Weather {
  /** Milliseconds that each packet waits, in both directions. */
  delayMs: number;
  /** Bytes are taken and go nowhere, in both directions; connections stay open: a half-open link. */
  blackhole: boolean;
  /** A connection is reset once so many bytes of the database's answers have passed; null: never. */
  cutAfterBytes: number | null;
}

const CLEAR: Weather = { delayMs: 0, blackhole: false, cutAfterBytes: null };

export type MongoProxy = Awaited<ReturnType<typeof openMongoProxy>>;

/** A TCP proxy before a database, whose weather a test makes. It knows nothing of the protocol, as a network does not. */
export async function openMongoProxy(target: { host: string; port: number }) {
  let weather = CLEAR;
  const pairs = new Set<[Socket, Socket]>();
  let current = 0;
  const counts = { connections: 0, resets: 0, swallowedBytes: 0 };

  const server = createServer((client) => {
    counts.connections += 1;
    const upstream = connect(target);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const generation = current;
    let answeredBytes = 0;
    const end = () => {
      client.destroy();
      upstream.destroy();
      pairs.delete(pair);
    };
    carry(client, upstream, () => generation === current);
    carry(upstream, client, (bytes) => {
      if (generation !== current) return false;
      answeredBytes += bytes;
      if (weather.cutAfterBytes === null || answeredBytes <= weather.cutAfterBytes) return true;
      reset(pair);
      return false;
    });
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });

  function carry(from: Socket, to: Socket, mayPass: (bytes: number) => boolean): void {
    from.on('data', (chunk: Buffer) => {
      if (weather.blackhole || !mayPass(chunk.length)) {
        counts.swallowedBytes += chunk.length;
        return;
      }
      const pass = () => void (to.destroyed || to.write(chunk));
      // One delay for all packets of a time keeps their order: timers of one length fire in the order they were set.
      if (weather.delayMs > 0) setTimeout(pass, weather.delayMs);
      else pass();
    });
  }

  function reset(pair: [Socket, Socket]): void {
    counts.resets += 1;
    for (const socket of pair) socket.resetAndDestroy();
    pairs.delete(pair);
  }

  return {
    port: (server.address() as AddressInfo).port,
    counts: counts as Readonly<typeof counts>,
    /** Changes what is named and leaves the rest. What a blackhole swallowed is gone: end it with `resetAll`, as a network's recovery does. */
    set: (change: Partial<Weather>): void => {
      weather = { ...weather, ...change };
    },
    clear: (): void => {
      weather = CLEAR;
    },
    /** Connections that are open now stay open and carry nothing any more, for ever; new ones work: what a firewall does that forgot them. */
    strand: (): void => {
      current += 1;
    },
    /** RST on every open connection. */
    resetAll: (): void => {
      for (const pair of [...pairs]) reset(pair);
    },
    openConnections: (): number => pairs.size,
    async close(): Promise<void> {
      for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
